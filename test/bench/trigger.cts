/**
 * What a poll of the trigger costs: requests, time and remembered state, by how many runs are open
 * and how many have finished since the last poll. Prints a table.
 */
import '../harness/userFolder.cts';

import { setStage, type Stage } from '../harness/account.cts';
import { setTrigger } from '../harness/poll.cts';
import { greetingAgent } from '../emulator/agents';

const OPEN = [0, 100, 5_000];
const FINISHED = [0, 100, 2_000];

interface Figures {
	'open runs': number;
	'finished since': number;
	polls: number;
	events: number;
	requests: number;
	'requests wanted': string;
	milliseconds: number;
	'state (bytes)': number;
	'state at rest': number;
}

/** Lists in pages of a hundred, one read for each finished run, and the agent once for links. */
function wanted(open: number, finished: number, polls: number): number {
	const pages = (rows: number) => Math.max(1, Math.ceil(rows / 100));
	// A list of several pages that can grow anywhere is read twice, so that nothing issues through.
	const finishedPages = pages(finished) * (finished > 100 ? 2 : 1);
	const again = (polls - 1) * (pages(open) + finishedPages);
	return pages(open) + finishedPages + again + finished + (finished > 0 ? 1 : 0);
}

async function measure(stage: Stage, open: number, finished: number): Promise<Figures> {
	const account = stage.emulator.createAccount();
	const { agentId } = account.createAgent(greetingAgent, { manual: true });
	const credential = { apiKey: account.createKey(), baseUrl: stage.emulator.baseUrl };
	const ids = Array.from({ length: open + finished }, () => account.startRun(agentId));
	const node = setTrigger({ credential, parameters: { events: ['runFinished'] } });
	await node.poll();
	ids.slice(0, finished).forEach((id) => account.finishRun(id));
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
	stage.emulator.clock.advance(24 * 60 * 60_000);
	await node.poll();
	await node.poll();
	return {
		'open runs': open,
		'finished since': finished,
		polls,
		events,
		requests,
		'requests wanted': `<= ${wanted(open, finished, polls)}`,
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
}

void main().then(() => process.exit());
