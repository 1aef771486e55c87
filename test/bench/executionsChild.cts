/** Carries out many executions in one process, as n8n does, asked by `executions.cts`. */
import '../harness/userFolder.cts';
import { setTimeout as sleep } from 'node:timers/promises';

import { ways, type WayName, type Work } from './ways.cts';

export interface ExecutionsJob {
	way: WayName;
	/** What each execution does; it has one item. */
	work: Work;
	executions: number;
	/** Pause between the beginnings of two executions; 0 for all at once. */
	everyMs: number;
	/** Work that is done first and not measured, so that all code is loaded and warm. */
	warmUp: Work;
}

/** What became of the executions. */
export interface Executed {
	/** How long those took that got their run, in milliseconds. */
	durations: number[];
	/** What the others said. */
	failures: string[];
}

async function carryOut({
	way,
	work,
	executions,
	everyMs,
	warmUp,
}: ExecutionsJob): Promise<Executed> {
	await ways[way](warmUp);
	const executed: Executed = { durations: [], failures: [] };
	const all: Array<Promise<void>> = [];
	const began = performance.now();
	for (let index = 0; index < executions; index++) {
		await sleep(Math.max(0, began + index * everyMs - performance.now()));
		const since = performance.now();
		const execution = ways[way](work).then(
			(finished) => {
				if (finished === 1) executed.durations.push(performance.now() - since);
				else executed.failures.push(`${finished} runs came out`);
			},
			(error: unknown) => {
				executed.failures.push(error instanceof Error ? error.message : String(error));
			},
		);
		all.push(execution);
	}
	await Promise.all(all);
	return executed;
}

process.once('message', (job: ExecutionsJob) => {
	carryOut(job).then(
		(executed) => process.send?.({ executed }),
		(error: unknown) => process.send?.({ reason: String(error) }),
	);
});
