import { STARTS_A_MINUTE, type Measured } from './runsStage.cts';
import type { WayName } from './ways.cts';

/** A line of the table. */
export interface RunRow extends Measured {
	/** Which targets were not met; only the node has any. */
	missed: string[];
	wantedMs?: number;
	wantedRequests?: number;
	/** Worked out from a smaller case. */
	isEstimate?: boolean;
}

const NAMES: Record<WayName, string> = {
	node: 'a  AutoGPT node',
	oneByOne: 'b  one by one',
	httpRequest: 'c  HTTP Request',
};

/** The agent and its credentials are read once, whatever the number of items. */
const READS_OF_AGENT = 2;
/** A single run is read itself, ever less often: so often within ten seconds. */
const LOOKS_AT_ONE_RUN = 11;

function wantedTime({ items, dictatedMs }: Measured): number {
	return dictatedMs * (items <= STARTS_A_MINUTE ? 1.25 : 1.1);
}

function wantedRequests({ items, looks }: Measured): number {
	if (items === 1) return READS_OF_AGENT + 1 + LOOKS_AT_ONE_RUN;
	return READS_OF_AGENT + 2 * items + looks * Math.ceil(items / 100);
}

/** Holds a case against what is wanted of the node. */
export function judged(measured: Measured): RunRow {
	if (measured.way !== 'node') return { ...measured, missed: [] };
	const wantedMs = wantedTime(measured);
	const most = wantedRequests(measured);
	const missed = [
		...(measured.milliseconds > wantedMs ? ['time'] : []),
		...(measured.requests > most ? ['requests'] : []),
	];
	return { ...measured, wantedMs, wantedRequests: most, missed };
}

/** One after the other takes the sum of all runs, so that a sample shows the rest. */
function estimated(sample: RunRow, items: number, seconds: number[]): RunRow {
	const sum = (some: number[]) => some.reduce((all, one) => all + one, 0);
	const factor = sum(seconds) / sum(sample.seconds);
	return {
		...sample,
		items,
		seconds,
		milliseconds: sample.milliseconds * factor,
		requests: Math.round(sample.requests * factor),
		isEstimate: true,
	};
}

const inSeconds = (ms: number) => (ms / 1000).toFixed(1);
const inMegabytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(0);

function line(row: RunRow, node: RunRow): Record<string, string | number> {
	const about = row.isEstimate ? '~' : '';
	const { wantedMs, wantedRequests: most, missed } = row;
	return {
		items: row.items,
		way: NAMES[row.way],
		'time (s)': about + inSeconds(row.milliseconds),
		'time : node': `${about}${(row.milliseconds / node.milliseconds).toFixed(2)}`,
		'wanted (s)': wantedMs === undefined ? '' : `<= ${inSeconds(wantedMs)}`,
		requests: `${about}${row.requests}`,
		'requests : node': `${about}${(row.requests / node.requests).toFixed(2)}`,
		'wanted ': most === undefined ? '' : `<= ${most}`,
		looks: row.way === 'node' && row.items > 1 ? row.looks : '',
		'memory (MB)': row.isEstimate ? '' : `+${inMegabytes(row.peakBytes - row.idleBytes)}`,
		'cpu (ms/item)': row.isEstimate ? '' : (row.cpuMilliseconds / row.items).toFixed(1),
		result: row.way === 'node' ? (missed.length > 0 ? `missed: ${missed.join(', ')}` : 'ok') : '',
	};
}

/** Prints all cases side by side; the ways that were not measured with many items are estimated. */
export function printRuns(measured: RunRow[]): void {
	const nodes = measured.filter(({ way }) => way === 'node').sort((a, b) => a.items - b.items);
	const sample = measured
		.filter(({ way }) => way === 'oneByOne')
		.sort((a, b) => b.items - a.items)[0];
	const lines = nodes.flatMap((node) => {
		const others = measured.filter(({ way, items }) => way !== 'node' && items === node.items);
		if (sample && !others.some(({ way }) => way === 'oneByOne')) {
			others.push(estimated(sample, node.items, node.seconds));
		}
		others.sort((a, b) => NAMES[a.way].localeCompare(NAMES[b.way]));
		return [node, ...others].map((row) => line(row, node));
	});
	console.table(lines);
	console.log(
		[
			`~ worked out from ${sample?.items} items, since one by one takes the sum of all runs.`,
			'Time wanted: 1.25 x the slowest run, or 1.1 x what the limit of 60 starts a minute dictates.',
			'Requests wanted: starts, final reads, one for a hundred runs and look, 2 reads of the agent.',
			'Memory: the most beyond what the process held before. b and c look every 2 s (every 5 s',
			'from 50 items on); c keeps below the limits by batches of 50 starts and 100 reads a minute.',
		].join('\n'),
	);
}
