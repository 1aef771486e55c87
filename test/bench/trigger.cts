/**
 * What a poll of the trigger costs: requests, time and remembered state, by how many runs are open
 * and how many were started and finished since the last poll. Runs are started as fast as AutoGPT
 * allows. Prints a table.
 */
import '../harness/userFolder.cts';

import { WHOLE } from '../../nodes/AutoGptTrigger/runs/finishedRuns.ts';
import { OVERLAP_MS } from '../../nodes/AutoGptTrigger/times.ts';
import { setStage, type Stage } from '../harness/account.cts';
import { setTrigger } from '../harness/poll.cts';
import { greetingAgent } from '../emulator/agents';

const OPEN = [0, 100, 5_000];
const FINISHED = [0, 100, 2_000];
/** AutoGPT starts 60 runs a minute. */
const START_INTERVAL_MS = 1_000;
/** Rows of such a portion, in the worst case of one that was aimed well. */
const PORTION = 60;

interface Figures {
	'open runs': number;
	'finished since': number;
	polls: number;
	events: number;
	requests: number;
	wanted: string;
	result: 'ok' | 'missed';
	milliseconds: number;
	'state (bytes)': number;
	'state at rest': number;
}

/**
 * The open ones in pages of a hundred, what was started since the last poll and in the time by
 * which polls overlap, one read for each finished run, and the agent once for links.
 */
function wanted(open: number, finished: number, polls: number): number {
	const pages = (rows: number) => Math.max(1, Math.ceil(rows / 100));
	// Both ends are within.
	const overlap = Math.min(open, OVERLAP_MS / START_INTERVAL_MS + 1);
	const started = finished + overlap;
	// What has several pages is read twice, so that nothing that moves meanwhile is missed.
	const whole = pages(started) * (started > 100 ? 2 : 1);
	const listed = started > WHOLE ? Math.ceil(started / PORTION) + 2 : whole;
	const reads = finished + (finished > 0 ? 1 : 0);
	return polls * (pages(open) + listed) + reads;
}

async function measure(stage: Stage, open: number, finished: number): Promise<Figures> {
	const account = stage.emulator.createAccount();
	const { agentId } = account.createAgent(greetingAgent, { manual: true });
	const credential = { apiKey: account.createKey(), baseUrl: stage.emulator.baseUrl };
	const start = () => {
		stage.emulator.clock.advance(START_INTERVAL_MS);
		return account.startRun(agentId);
	};
	for (let n = 0; n < open; n++) start();
	const node = setTrigger({ credential, parameters: { events: ['runFinished'] } });
	await node.poll();
	for (let n = 0; n < finished; n++) account.finishRun(start());
	stage.emulator.requests.length = 0;
	const began = performance.now();
	let events = 0;
	let polls = 0;
	let size = 0;
	do {
		events += (await node.poll()).length;
		polls++;
		size = Math.max(size, node.staticData().length);
	} while (events < finished);
	const milliseconds = Math.round(performance.now() - began);
	const requests = stage.emulator.requests.length;
	const most = wanted(open, finished, polls);
	stage.emulator.clock.advance(24 * 60 * 60_000);
	await node.poll();
	await node.poll();
	return {
		'open runs': open,
		'finished since': finished,
		polls,
		events,
		requests,
		wanted: `<= ${most}`,
		result: requests <= most ? 'ok' : 'missed',
		milliseconds,
		'state (bytes)': size,
		'state at rest': node.staticData().length,
	};
}

async function main(): Promise<void> {
	const stage = await setStage({ mode: { rateLimitHeaders: false }, checkContract: false });
	const rows: Figures[] = [];
	for (const open of OPEN) {
		for (const finished of FINISHED) rows.push(await measure(stage, open, finished));
	}
	await stage.emulator.close();
	console.table(rows);
	if (rows.some(({ result }) => result === 'missed')) process.exitCode = 1;
}

void main().then(() => process.exit());
