import { fork } from 'node:child_process';

import { measured, type Figures } from './measure.cts';

type Answer = { figures: Figures } | { reason: string };

/**
 * Has a file of this folder do a piece of work in a process of its own, so that what is measured is
 * that work and not the AutoGPT emulator.
 */
export async function inChild(file: string, job: object): Promise<Figures> {
	return await new Promise((resolve, reject) => {
		const child = fork(file, { execArgv: ['--require', 'tsx/cjs', '--expose-gc'] });
		child.once('message', (answer: Answer) => {
			child.kill();
			if ('figures' in answer) resolve(answer.figures);
			else reject(new Error(answer.reason));
		});
		child.once('exit', (code) => reject(new Error(`The measuring process ended with ${code}`)));
		child.send(job);
	});
}

/**
 * In the child: waits for its job, gets ready, then does and measures it.
 *
 * @param prepare what comes before the measuring starts, such as loading n8n
 */
export function answerParent<Job>(prepare: (job: Job) => Promise<() => Promise<number>>): void {
	process.once('message', (job: Job) => {
		const figures = prepare(job).then(async (work) => await measured(work));
		figures.then(
			(found) => process.send?.({ figures: found }),
			(error: unknown) =>
				process.send?.({ reason: error instanceof Error ? (error.stack ?? '') : String(error) }),
		);
	});
}
