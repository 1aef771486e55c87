import { join } from 'node:path';

import { greetingAgent } from '../emulator/agents';
import { startEmulator } from '../emulator/index.cts';
import { inChild } from './children.cts';
import type { Figures } from './measure.cts';
import type { OverheadJob, OverheadWay } from './overheadChild.cts';

const ITEMS = [1, 100, 1000];
const SAMPLES = 5;

const NAMES: Record<OverheadWay, string> = {
	startNode: 'AutoGPT: Agent > Start',
	startHttp: 'HTTP Request: POST',
	getNode: 'AutoGPT: Run > Get',
	getHttp: 'HTTP Request: GET',
};

const RIVALS: Array<[OverheadWay, OverheadWay]> = [
	['startNode', 'startHttp'],
	['getNode', 'getHttp'],
];

function median(values: number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

/** What one way took, a figure for each sample. */
class Samples {
	private readonly figures: Figures[] = [];

	constructor(
		private readonly way: OverheadWay,
		private readonly items: number,
	) {}

	async take(job: Omit<OverheadJob, 'way'>): Promise<void> {
		const { way } = this;
		this.figures.push(await inChild(join(__dirname, 'overheadChild.cts'), { ...job, way }));
	}

	get milliseconds(): number {
		return median(this.figures.map(({ milliseconds }) => milliseconds)) / this.items;
	}

	get cpuMilliseconds(): number {
		return median(this.figures.map(({ cpuMilliseconds }) => cpuMilliseconds)) / this.items;
	}

	get bytes(): number {
		return median(this.figures.map(({ idleBytes, peakBytes }) => peakBytes - idleBytes));
	}

	line(rival: Samples): object {
		const { items, way } = this;
		return {
			items,
			way: NAMES[way],
			'ms/item': this.milliseconds.toFixed(2),
			'cpu ms/item': this.cpuMilliseconds.toFixed(2),
			'memory (MB)': `+${(this.bytes / 1024 ** 2).toFixed(0)}`,
			'ms : HTTP Request': (this.milliseconds / rival.milliseconds).toFixed(2),
			'cpu : HTTP Request': (this.cpuMilliseconds / rival.cpuMilliseconds).toFixed(2),
			'wanted of both': way === rival.way ? '' : '<= 1',
		};
	}
}

/**
 * What the node itself costs, without limits and runs: the same requests by the node and by n8n's
 * HTTP Request node, in turn. Prints a table.
 */
export async function measureOverhead(): Promise<void> {
	const emulator = await startEmulator({
		limits: false,
		checkContract: false,
		mode: { rateLimitHeaders: false },
	});
	const lines: object[] = [];
	for (const [way, rival] of RIVALS) {
		for (const items of ITEMS) {
			const account = emulator.createAccount();
			const { agentId } = account.createAgent(greetingAgent, { manual: true });
			const runId = account.startRun(agentId, { name: 'Ada' });
			const job = { baseUrl: emulator.baseUrl, apiKey: account.createKey(), agentId, runId, items };
			const node = new Samples(way, items);
			const http = new Samples(rival, items);
			for (let sample = 0; sample < SAMPLES; sample++) {
				await node.take(job);
				await http.take(job);
			}
			lines.push(node.line(http), http.line(http));
		}
	}
	await emulator.close();
	console.log(
		`Overhead of the node, without runs and limits (median of ${SAMPLES}, code compiled before):`,
	);
	console.table(lines);
}
