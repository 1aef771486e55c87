/**
 * What it costs to run many agents, through the pack and through its alternatives: time, requests,
 * memory and processor. Prints tables with what is wanted beside what was measured.
 */
import '../harness/userFolder.cts';

import { ensureHost } from '../host/install.cts';
import { measureOverhead } from './overhead.cts';
import { judged, printRuns, type RunRow } from './runsTable.cts';
import { RunsStage, type Case } from './runsStage.cts';

/** How many items are run one after the other; more are worked out from these, and marked `~`. */
const ONE_BY_ONE_SAMPLE = 10;

const small: Case[] = [1, 10, 50].flatMap((items) => [
	{ way: 'node' as const, items },
	{ way: 'httpRequest' as const, items },
]);

/** Each list is done in turn, all lists at the same time. */
const lanes: Case[][] = [
	[{ way: 'node', items: 200 }],
	[{ way: 'httpRequest', items: 200 }],
	[
		{ way: 'oneByOne', items: 1 },
		{ way: 'oneByOne', items: ONE_BY_ONE_SAMPLE },
	],
	small,
];

async function main(): Promise<void> {
	await ensureHost({ onProgress: (line) => console.log(line) });
	await measureOverhead();
	console.log('Running agents of 2 to 10 seconds, which takes about four minutes…');
	const stage = await RunsStage.open();
	const rows: RunRow[] = [];
	await Promise.all(
		lanes.map(async (cases) => {
			for (const each of cases) rows.push(judged(await stage.measure(each)));
		}),
	);
	await stage.close();
	printRuns(rows);
	process.exitCode = rows.every(({ missed }) => missed.length === 0) ? 0 : 1;
}

void main();
