import { join } from 'node:path';

import { greetingAgent } from '../platform/agents';
import { startPlatform } from '../platform/index.cts';
import { inChild } from './children.cts';
import type { Figures } from './measure.cts';
import type { OverheadJob, OverheadWay } from './overheadChild.cts';

const ITEMS = [1, 100, 1000];
const SAMPLES = 3;

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

/** The quickest of some tries: the others were held up by something else. */
async function best(job: OverheadJob): Promise<Figures> {
	const tries: Figures[] = [];
	for (let sample = 0; sample < SAMPLES; sample++) {
		tries.push(await inChild(join(__dirname, 'overheadChild.cts'), job));
	}
	return tries.reduce((one, other) => (other.milliseconds < one.milliseconds ? other : one));
}

/**
 * What the node itself costs, without limits and runs: the same requests by the node and by n8n's
 * HTTP Request node. Prints a table.
 */
export async function measureOverhead(): Promise<void> {
	const platform = await startPlatform({
		limits: false,
		checkContract: false,
		mode: { rateLimitHeaders: false },
	});
	const lines: object[] = [];
	for (const [way, rival] of RIVALS) {
		for (const items of ITEMS) {
			const account = platform.createAccount();
			const { agentId } = account.createAgent(greetingAgent, { manual: true });
			const runId = account.startRun(agentId, { name: 'Ada' });
			const job = { baseUrl: platform.baseUrl, apiKey: account.createKey(), agentId, runId, items };
			const node = await best({ ...job, way });
			const http = await best({ ...job, way: rival });
			for (const [name, { milliseconds, cpuMilliseconds, idleBytes, peakBytes }] of [
				[way, node] as const,
				[rival, http] as const,
			]) {
				lines.push({
					items,
					way: NAMES[name],
					'ms/item': (milliseconds / items).toFixed(2),
					'cpu ms/item': (cpuMilliseconds / items).toFixed(2),
					'memory (MB)': `+${((peakBytes - idleBytes) / 1024 ** 2).toFixed(0)}`,
					': HTTP Request': name === way ? (milliseconds / http.milliseconds).toFixed(2) : '1',
					wanted: name === way ? '<= 1' : '',
				});
			}
		}
	}
	await platform.close();
	console.log(`Overhead of the node, without runs and limits (best of ${SAMPLES}):`);
	console.table(lines);
}
