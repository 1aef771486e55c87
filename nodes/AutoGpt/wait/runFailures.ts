import { knownAs } from '../../../client/agents/blocks';
import type { AutoGptClient } from '../../../client/http/client';
import type { PlatformError } from '../../../client/errors/platformError';
import { failedBlocks, outcomeOf, type BlockNames } from '../../../client/runs/results';
import type { LibraryAgent, RunDetails } from '../../../client/contract/types';
import type { Item } from '../framework/item';
import type { NodeFailure } from '../framework/operation';
import type { RunSettings } from './settings';

/** An item and the run that it waits for. */
export interface Waiting {
	item: Item;
	runId: string;
	/** Known after a start. */
	graphId?: string;
	agentId?: string;
	agent?: LibraryAgent;
	/** Only to name the run by: the agent that its graph has in the library now. */
	namedAfter?: LibraryAgent;
	/** The run as it ended, when it has been read already. */
	ended?: RunDetails;
	/** When it was started, by our own clock; its time limit counts from then on. */
	since?: number;
	/** How the item wants it waited for. */
	settings: RunSettings;
}

/** Why a finished run counts as a failure for the user. */
export type RunFailure =
	{ kind: 'failed' | 'stopped' | 'failedBlocks' } | { kind: 'missingOutputs'; names: string[] };

function missingOutputs(run: RunDetails, { agent, settings }: Waiting): string[] {
	const declared = Object.keys(agent?.output_schema.properties ?? {});
	const expected = settings.expectedOutputs.length > 0 ? settings.expectedOutputs : declared;
	return expected.filter((name) => (run.outputs?.[name] ?? []).length === 0);
}

/** Why a finished run counts as failed by its item's options; undefined when it does not. */
export function whyFailed(waiting: Waiting, run: RunDetails): RunFailure | undefined {
	const { failOn } = waiting.settings;
	const outcome = outcomeOf(run);
	if (outcome === 'failed' && failOn.includes('failed')) return { kind: 'failed' };
	if (outcome === 'stopped' && failOn.includes('stopped')) return { kind: 'stopped' };
	if (outcome === 'completedWithFailedBlocks' && failOn.includes('failedBlocks')) {
		return { kind: 'failedBlocks' };
	}
	if (run.status !== 'COMPLETED' || !failOn.includes('missingOutputs')) return undefined;
	const names = missingOutputs(run, waiting);
	return names.length > 0 ? { kind: 'missingOutputs', names } : undefined;
}

function isOfBlock({ agent, namedAfter }: Waiting): boolean {
	const known = agent ?? namedAfter;
	return known !== undefined && knownAs(known).thing === 'block';
}

/** The run by what the user knows it by: its agent or block; else by its ID. */
export function runOf({ agent, namedAfter, runId }: Waiting): string {
	const known = agent ?? namedAfter;
	if (!known) return `Run '${runId}'`;
	const { thing, name } = knownAs(known);
	return thing === 'block' ? `Run of block '${name}'` : `Run of '${name}'`;
}

function blockMessages(run: RunDetails, isBlock: boolean, names?: BlockNames): string {
	const failed = failedBlocks(run, names);
	if (failed.length === 0) return 'No block has a message; check the inputs.';
	const said = failed.map(({ block_name, message }) => {
		const text = message || 'no message';
		return isBlock || block_name === null ? text : `'${block_name}': ${text}`;
	});
	return `${isBlock ? 'It said' : 'Failed blocks'}: ${said.join('; ')}.`;
}

/** Puts the failure of a run into words. */
export function explainRunFailure(
	waiting: Waiting,
	reason: RunFailure,
	run: RunDetails,
	names?: BlockNames,
): NodeFailure {
	const { item } = waiting;
	const what = runOf(waiting);
	const isBlock = isOfBlock(waiting);
	const more = blockMessages(run, isBlock, names);
	switch (reason.kind) {
		case 'failed':
			return item.failure(`${what} failed`, more);
		case 'stopped':
			return item.failure(`${what} was stopped`, 'Someone or something stopped it in AutoGPT.');
		case 'failedBlocks':
			return item.failure(`${what} ${isBlock ? 'failed' : 'completed with failed blocks'}`, more);
		case 'missingOutputs':
			return item.failure(`${what} completed without: ${reason.names.join(', ')}`, more);
	}
}

/** What to say when a run can no longer be read, though it is not known to have ended. */
export function lostSight(
	client: AutoGptClient,
	waiting: Waiting,
	reason: PlatformError,
): PlatformError {
	const { agentId, runId } = waiting;
	const { code, failure, status } = reason;
	if (status === 404) {
		return client.error({
			message: `${runOf(waiting)} was not found`,
			description: agentId
				? 'It was deleted in AutoGPT while the node waited for it, so its outputs are gone. Deleting a run does not stop it. Run the agent again if you need its outputs.'
				: 'Check the ID, and that the credential belongs to the organization that owns the run. A run that was deleted cannot be waited for.',
			...{ status, code, failure },
			outcome: 'refused',
		});
	}
	return client.error({
		message: `${runOf(waiting)} was lost sight of. ${reason.message}`,
		description: `The run goes on in AutoGPT: wait on for it with Run > Wait and the ID '${runId}'. ${reason.description ?? ''}`,
		...{ status, code, failure },
		outcome: 'unknown',
	});
}

/**
 * What to say when a run should have been stopped, and AutoGPT did not take the stop.
 *
 * @param why what the run did, as the rest of a sentence
 */
export function notStopped(
	client: AutoGptClient,
	waiting: Waiting,
	why: string,
	reason: PlatformError,
): PlatformError {
	const { code, failure, outcome, status } = reason;
	const isSure = outcome === 'refused';
	return client.error({
		message: `${runOf(waiting)} ${why}, and ${isSure ? 'was not' : 'may not have been'} stopped. ${reason.message}`,
		description: `It may go on in AutoGPT and cost credits: stop it with Run > Stop and the ID '${waiting.runId}', or wait on for it with Run > Wait. ${reason.description ?? ''}`,
		...{ status, code, failure, outcome },
	});
}

/** What to say when the waiting is over, but what follows it does not go through. */
export function notReturned(
	client: AutoGptClient,
	waiting: Waiting,
	{ status }: RunDetails,
	reason: PlatformError,
): PlatformError {
	const { code, failure, outcome } = reason;
	return client.error({
		message: `${runOf(waiting)} is ${status}, and could not be dealt with as its options say. ${reason.message}`,
		description: `${reason.description ?? ''} To try again with the same run, use Run > Wait and the ID '${waiting.runId}'.`,
		...{ status: reason.status, code, failure, outcome },
	});
}
