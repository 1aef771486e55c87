import type {
	FieldType,
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';

import { isObject } from '../../../client/util/json';
import { Agents } from '../../../client/agents/agents';
import { credentialLabel, type CredentialNeed } from '../../../client/agents/agentCredentials';
import { inputsOf, type AgentInput, type InputKind } from '../../../client/inputs/inputs';
import { CREDENTIAL_PREFIX, NO_CREDENTIAL } from '../fields/inputs';
import { clientFor } from '../../shared/rows';

const LONGEST_HELP = 60;

const FIELD_TYPES: Record<InputKind, FieldType> = {
	// A string field also takes what expressions give, so it suits any value.
	any: 'string',
	text: 'string',
	integer: 'number',
	number: 'number',
	boolean: 'boolean',
	choice: 'options',
	date: 'dateTime',
	time: 'time',
	moment: 'dateTime',
	file: 'string',
	list: 'array',
	object: 'object',
	drive: 'object',
};

/** A field for any value is one for what its default is. */
function typeOf({ kind, preset }: AgentInput): FieldType {
	if (kind !== 'any') return FIELD_TYPES[kind];
	if (typeof preset === 'number') return 'number';
	return typeof preset === 'boolean' ? 'boolean' : 'string';
}

/** A label with the mark of what is required: n8n puts it in forms that add rows only. */
function marked(label: string, required: boolean): string {
	return required ? `${label} *` : label;
}

/** Help that fits into a label: a long one ends after a word, with an ellipsis. */
function shortHelp(help: string): string {
	if (help.length <= LONGEST_HELP) return help;
	// One character more shows whether the last word is whole.
	const words = help.slice(0, LONGEST_HELP + 1).replace(/\s+\S*$/, '');
	return `${words.slice(0, LONGEST_HELP).replace(/[\s.,;:]+$/, '')}…`;
}

/** What the field is to be told apart by; n8n has no place for a description of its own. */
function labelOf({ title, help, kind, columns, advanced, required }: AgentInput): string {
	const notes = [
		shortHelp(help),
		kind === 'file' ? 'file' : '',
		columns.length > 0 ? `rows with ${columns.join(', ')}` : '',
		kind === 'drive' && required ? "only AutoGPT's web app can pick it" : '',
		advanced ? 'advanced' : '',
	].filter(Boolean);
	const label = notes.length > 0 ? `${title} (${notes.join('; ')})` : title;
	return marked(label, required);
}

function presetOf({ preset }: AgentInput): Pick<ResourceMapperField, 'defaultValue'> {
	if (preset === undefined) return {};
	if (typeof preset === 'number' || typeof preset === 'boolean') return { defaultValue: preset };
	return { defaultValue: typeof preset === 'string' ? preset : JSON.stringify(preset) };
}

/** One input of an agent as a field of the form. */
export function toField(input: AgentInput): ResourceMapperField {
	const { name, kind, required, advanced, choices } = input;
	const isPicker = kind === 'drive';
	return {
		id: name,
		displayName: labelOf(input),
		required,
		// A file of Google Drive cannot be picked here; one that has a default needs no field.
		display: !isPicker || required,
		readOnly: isPicker,
		removed: advanced && !required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		type: typeOf(input),
		...(choices.length > 0
			? { options: choices.map((value) => ({ name: String(value), value })) }
			: {}),
		...(isPicker ? {} : presetOf(input)),
	};
}

/** A credential field of an agent as a field of the form; tucked away when only one fits. */
export function toCredentialField({ field, providers, fits }: CredentialNeed): ResourceMapperField {
	const lack = fits.length === 0 ? '; none in AutoGPT fits' : '';
	const needsChoice = fits.length > 1;
	return {
		id: CREDENTIAL_PREFIX + field,
		displayName: marked(`Credential for ${providers.join(' or ')} (${field}${lack})`, needsChoice),
		required: needsChoice,
		display: true,
		removed: fits.length === 1,
		defaultMatch: false,
		canBeUsedToMatch: false,
		type: 'options',
		options: [
			...fits.map((one) => ({ name: credentialLabel(one), value: one.id })),
			{ name: 'None', value: NO_CREDENTIAL },
		],
	};
}

/** The agent in the field Agent; `` when none is chosen or an expression chooses it. */
function chosenAgent(functions: ILoadOptionsFunctions): string {
	const field: unknown = functions.getCurrentNodeParameter('agentId');
	const text = String((isObject(field) ? field.value : field) ?? '').trim();
	if (text.startsWith('=')) return '';
	const [, fromUrl] = /\/library\/agents\/([0-9a-zA-Z_-]+)/.exec(text) ?? [];
	return fromUrl ?? text;
}

/** Makes the form for the inputs of the chosen agent. */
export async function getAgentInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const agent_id = chosenAgent(this);
	if (!agent_id) {
		return {
			fields: [],
			emptyFieldsNotice:
				'Choose an agent to see its inputs. Where an expression chooses it, specify the inputs as JSON.',
		};
	}
	const client = await clientFor(this);
	const agent = await client.call('getLibraryAgent', { path: { agent_id } });
	const inputs = (inputsOf(agent) ?? []).map(toField);
	const needs = (await new Agents(client).credentialNeeds(agent_id)) ?? [];
	const taken = new Set(inputs.map(({ id }) => id));
	const credentials = needs.map(toCredentialField).filter(({ id }) => !taken.has(id));
	return {
		fields: [...inputs, ...credentials],
		emptyFieldsNotice: `Agent '${agent.name}' takes no inputs.`,
	};
}
