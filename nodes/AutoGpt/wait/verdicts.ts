import { runUrl } from '../../../client/agents/agents';
import { knownAs } from '../../../client/agents/blocks';
import type { AutoGptClient } from '../../../client/http/client';
import { PlatformError } from '../../../client/errors/platformError';
import { failedBlocks, outcomeOf } from '../../../client/runs/results';
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
	/** The run as it ended, when it has been read already. */
	ended?: RunDetails;
	/** When it was started, by our own clock; its time limit counts from then on. */
	since?: number;
	/** How the item wants it waited for. */
	settings: RunSettings;
}

/** Where to look at the run. */
export function where(client: AutoGptClient, { agentId, runId }: Waiting): string {
	return agentId
		? `Open ${runUrl(client.connection, agentId, runId)}`
		: `Open run '${runId}' in AutoGPT`;
}

function missingOutputs(run: RunDetails, { agent, settings }: Waiting): string[] {
	const declared = Object.keys(agent?.output_schema.properties ?? {});
	const expected = settings.expectedOutputs.length > 0 ? settings.expectedOutputs : declared;
	return expected.filter((name) => (run.outputs?.[name] ?? []).length === 0);
}

function blockMessages(run: RunDetails, isBlock: boolean): string {
	const messages = failedBlocks(run).map(({ message }) => message || 'no message');
	if (messages.length === 0) return 'No block gave a message; check the inputs.';
	return `${isBlock ? 'It said' : 'Failed blocks'}: ${messages.join('; ')}.`;
}

/** Why a finished run counts as a failure for the user; undefined when it does not. */
export function judge(
	client: AutoGptClient,
	waiting: Waiting,
	run: RunDetails,
): NodeFailure | undefined {
	const { failOn } = waiting.settings;
	const outcome = outcomeOf(run);
	const known = waiting.agent && knownAs(waiting.agent);
	const isBlock = known?.thing === 'block';
	const what = isBlock ? `Run '${run.id}' of block '${known.name}'` : `Run '${run.id}'`;
	const more = `${blockMessages(run, isBlock)} ${where(client, waiting)}.`;
	if (outcome === 'failed' && failOn.includes('failed')) {
		return waiting.item.failure(`${what} failed`, more);
	}
	if (outcome === 'stopped' && failOn.includes('stopped')) {
		return waiting.item.failure(
			`${what} was stopped`,
			`Someone or something stopped it in AutoGPT. ${where(client, waiting)}.`,
		);
	}
	if (outcome === 'completedWithFailedBlocks' && failOn.includes('failedBlocks')) {
		const end = isBlock ? 'failed' : 'completed with failed blocks';
		return waiting.item.failure(`${what} ${end}`, more);
	}
	const missing =
		run.status === 'COMPLETED' && failOn.includes('missingOutputs')
			? missingOutputs(run, waiting)
			: [];
	if (missing.length > 0) {
		return waiting.item.failure(`${what} completed without: ${missing.join(', ')}`, more);
	}
	return undefined;
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
			message: `Run '${runId}' was not found`,
			description: agentId
				? 'It was deleted in AutoGPT while the node waited for it, so its outputs are gone. Deleting a run does not stop it. Run the agent again if you need its outputs.'
				: 'Check the ID, and that the credential belongs to the organization that owns the run. A run that was deleted cannot be waited for.',
			...{ status, code, failure },
			outcome: 'refused',
		});
	}
	return client.error({
		message: `Run '${runId}' was lost sight of. ${reason.message}`,
		description: `The run goes on in AutoGPT: wait on for it with Run > Wait and the ID '${runId}'. ${reason.description ?? ''} ${where(client, waiting)}.`,
		...{ status, code, failure },
		outcome: 'unknown',
	});
}

/** What to say when the waiting is over, but what follows it does not go through. */
export function notOutput(
	client: AutoGptClient,
	waiting: Waiting,
	{ id, status }: RunDetails,
	reason: PlatformError,
): PlatformError {
	const { code, failure, outcome } = reason;
	return client.error({
		message: `Run '${id}' is ${status}, and could not be dealt with as its options say. ${reason.message}`,
		description: `${reason.description ?? ''} To try again with the same run, use Run > Wait and the ID '${id}'. ${where(client, waiting)}.`,
		...{ status: reason.status, code, failure, outcome },
	});
}
