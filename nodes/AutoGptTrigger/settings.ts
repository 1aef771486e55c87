import { NodeOperationError, type IPollFunctions } from 'n8n-workflow';

import { isObject } from '../../client/util/json';
import { withoutMarkup } from '../../client/util/markup';
import { readChoice, readChoices, readFlag, type Refuser } from '../shared/choices';

export const OUTCOMES = ['completed', 'completedWithFailedBlocks', 'failed', 'stopped'] as const;
const OUTPUTS = ['simplified', 'raw', 'slim'] as const;
const VALUES = ['last', 'all'] as const;

export type ChosenOutcome = (typeof OUTCOMES)[number];
export type TriggerOutput = (typeof OUTPUTS)[number];

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

/** Refuses values of the trigger's fields. */
export function refuserFor(functions: IPollFunctions): Refuser {
	return {
		failure: (message, description) =>
			new NodeOperationError(functions.getNode(), withoutMarkup(message), {
				description: withoutMarkup(description),
			}),
	};
}

/** The chosen agents; an empty row would otherwise let all agents start the workflow. */
function readAgentIds(functions: IPollFunctions, refuser: Refuser): string[] {
	const rows = functions.getNodeParameter('agents.agent', []);
	const count = Array.isArray(rows) ? rows.length : 0;
	return Array.from({ length: count }, (_, index) => {
		const name = `agents.agent[${index}].agentId`;
		const id: unknown = functions.getNodeParameter(name, '', { extractValue: true });
		if (typeof id === 'string' && id.trim() !== '') return id.trim();
		throw refuser.failure(
			`Row ${index + 1} of 'Agents' is empty`,
			"Choose its agent, or remove the row. Without any row in 'Agents', all agents count.",
		);
	});
}

function readOptions(
	functions: IPollFunctions,
	refuser: Refuser,
): Pick<TriggerSettings, 'output' | 'allValues' | 'downloadFiles'> {
	const given: unknown = functions.getNodeParameter('options', {});
	const { output, outputValues, downloadFiles = false } = isObject(given) ? given : {};
	const form = readChoice(refuser, output, 'Output', OUTPUTS) ?? 'simplified';
	const wantsFiles = readFlag(downloadFiles);
	if (wantsFiles === undefined) {
		throw refuser.failure(
			"'Download Output Files' is neither true nor false",
			"Check that the expression in 'Download Output Files' returns true or false.",
		);
	}
	return {
		output: form,
		allValues: readChoice(refuser, outputValues, 'Output Values', VALUES) === 'all',
		downloadFiles: wantsFiles && form !== 'slim',
	};
}

/**
 * Reads the fields of the trigger that several kinds of events share.
 *
 * @param known values of all kinds of events
 * @throws NodeOperationError when nothing could start the workflow, or a value is none of its field
 */
export function readTriggerSettings(
	functions: IPollFunctions,
	known: readonly string[],
): TriggerSettings {
	const refuser = refuserFor(functions);
	const chosen = functions.getNodeParameter('events', []);
	const events = new Set(readChoices(refuser, chosen, 'Events', known));
	if (events.size === 0) {
		throw refuser.failure("'Events' is empty", 'Choose at least one event.');
	}
	const wanted = functions.getNodeParameter('outcomes', OUTCOMES);
	const outcomes = new Set(readChoices(refuser, wanted, 'Outcomes', OUTCOMES));
	if (events.has('runFinished') && outcomes.size === 0) {
		throw refuser.failure(
			"'Outcomes' is empty",
			"Choose at least one outcome, or take Run Finished out of 'Events'.",
		);
	}
	return {
		events,
		agentIds: readAgentIds(functions, refuser),
		outcomes,
		...readOptions(functions, refuser),
	};
}
