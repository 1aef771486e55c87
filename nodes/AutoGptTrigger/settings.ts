import { NodeOperationError, type IPollFunctions } from 'n8n-workflow';

import { isObject } from '../../client/util/json';

export type ChosenOutcome = 'completed' | 'completedWithFailedBlocks' | 'failed' | 'stopped';
export type TriggerOutput = 'simplified' | 'raw' | 'slim';

export const OUTCOMES: readonly ChosenOutcome[] = [
	'completed',
	'completedWithFailedBlocks',
	'failed',
	'stopped',
];

/** Which events start the workflow, and what it then gets. */
export interface TriggerSettings {
	/** Values of the chosen kinds of events. */
	events: ReadonlySet<string>;
	/** Library agents whose runs count; empty for all. */
	agentIds: string[];
	outcomes: ReadonlySet<ChosenOutcome>;
	output: TriggerOutput;
	allValues: boolean;
	downloadFiles: boolean;
}

function listOf<T extends string>(value: unknown, known: readonly T[]): Set<T> {
	const chosen = Array.isArray(value) ? value : [];
	return new Set(known.filter((one) => chosen.includes(one)));
}

function agentIds(functions: IPollFunctions): string[] {
	const rows = functions.getNodeParameter('agents.agent', []);
	const count = Array.isArray(rows) ? rows.length : 0;
	return Array.from({ length: count }, (_, index) =>
		functions.getNodeParameter(`agents.agent[${index}].agentId`, '', { extractValue: true }),
	)
		.map((id) => (typeof id === 'string' ? id.trim() : ''))
		.filter((id) => id !== '');
}

/**
 * Reads the fields of the trigger.
 *
 * @param known values of all kinds of events
 * @throws NodeOperationError when there is nothing to wait for
 */
export function readTriggerSettings(
	functions: IPollFunctions,
	known: readonly string[],
): TriggerSettings {
	const events = listOf(functions.getNodeParameter('events', []), known);
	if (events.size === 0) {
		throw new NodeOperationError(functions.getNode(), "'Events' is empty", {
			description: 'Choose at least one event that starts the workflow.',
		});
	}
	const outcomes = listOf(functions.getNodeParameter('outcomes', OUTCOMES), OUTCOMES);
	if (events.has('runFinished') && outcomes.size === 0) {
		throw new NodeOperationError(functions.getNode(), "'Outcomes' is empty", {
			description: 'Choose at least one outcome, or take Run Finished out of Events.',
		});
	}
	const given: unknown = functions.getNodeParameter('options', {});
	const options = isObject(given) ? given : {};
	const output =
		options.output === 'raw' || options.output === 'slim' ? options.output : 'simplified';
	return {
		events,
		agentIds: agentIds(functions),
		outcomes,
		output,
		allValues: options.outputValues === 'all',
		downloadFiles: options.downloadFiles === true && output !== 'slim',
	};
}
