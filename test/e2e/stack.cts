import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostRoot } from '../host/paths.cts';
import { startStack, type Stack, type StackOptions } from '../host/stack.cts';

/** More than n8n is given to become ready. Packing aside, that takes it a few seconds. */
const START_TIMEOUT_MS = 180_000;

/**
 * Gives all tests of a spec one n8n with a folder of its own. The folder stays until the spec runs
 * again: n8n's log and database are there to look into after a failure.
 */
export function useStack(
	spec: string,
	options: Omit<StackOptions, 'userFolder' | 'tarball'> = {},
): () => Stack {
	let stack: Stack | undefined;
	beforeAll(async () => {
		const userFolder = join(hostRoot, 'e2e', spec);
		rmSync(userFolder, { recursive: true, force: true });
		mkdirSync(userFolder, { recursive: true });
		stack = await startStack({
			...options,
			userFolder,
			tarball: process.env.AUTOGPT_PACK_TARBALL,
			logFile: join(userFolder, 'n8n.log'),
		});
	}, START_TIMEOUT_MS);
	afterAll(async () => await stack?.stop());
	return () => {
		if (!stack) throw new Error('The stack is not up yet.');
		return stack;
	};
}
