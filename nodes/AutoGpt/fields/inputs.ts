import type { INodeProperties } from 'n8n-workflow';

import { isObject, type JsonObject } from '../../../client/util/json';
import { onlyInVersion1, since1_1 } from '../framework/version';

/** Stands before the names of credential fields in the form, where inputs stand by their names. */
export const CREDENTIAL_PREFIX = 'credential:';

/** The ID of an input's field: its name, without what n8n's editor takes for the end of one. */
export function fieldIdOf(name: string): string {
	return name.replaceAll('"]', '"\u2060]');
}

/** What stands in such a field for leaving the credential out. */
export const NO_CREDENTIAL = 'none';

/** Whose inputs are asked for, and how. */
/** The values of a form, read as a whole: n8n would hold them against the form as it was stored. */
export function formValues(form: unknown): JsonObject {
	return isObject(form) && isObject(form.value) ? form.value : {};
}

interface Taker {
	/** What takes the inputs, for the user. */
	thing: 'agent' | 'block' | 'graph';
	/** Field that chooses it. */
	field: string;
	/** Method that draws the form. */
	method: string;
	/** Method that draws the form of its credentials alone. */
	credentialsMethod: string;
	/** Operation that shows which inputs it has. */
	seeInputs: string;
	credentialsHint: string;
}

/** Which credentials what is run works with, where its inputs are JSON. */
function credentialsFieldsFor(taker: Taker): INodeProperties[] {
	const { thing, field, credentialsMethod, credentialsHint } = taker;
	const json: INodeProperties = {
		displayName: 'Agent Credentials',
		name: 'credentialsJson',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. {"openai_api_key_credentials": "cr-5"}',
		displayOptions: { show: { inputsMode: ['json'] } },
		description:
			'Which credentials kept in AutoGPT the agent uses, by field: the ID of one, or null for none. What only one credential fits is filled without asking.',
		hint: credentialsHint,
	};
	return [
		onlyInVersion1(json),
		since1_1({
			displayName: 'Specify Credentials',
			name: 'credentialsMode',
			type: 'options',
			noDataExpression: true,
			default: 'form',
			displayOptions: { show: { inputsMode: ['json'] } },
			options: [
				{
					name: 'Form',
					value: 'form',
					description: `One field for each credential of the ${thing}`,
				},
				{
					name: 'JSON',
					value: 'json',
					description: `Credentials by field and ID, for example when an expression chooses the ${thing}`,
				},
			],
			description: `How to choose the credentials kept in AutoGPT that the ${thing} uses`,
		}),
		since1_1({
			displayName: 'Agent Credentials',
			name: 'agentCredentials',
			type: 'resourceMapper',
			noDataExpression: true,
			default: { mappingMode: 'defineBelow', value: null },
			displayOptions: { show: { inputsMode: ['json'], credentialsMode: ['form'] } },
			typeOptions: {
				loadOptionsDependsOn: [`${field}.value`],
				resourceMapper: {
					resourceMapperMethod: credentialsMethod,
					mode: 'map',
					valuesLabel: 'Agent Credentials',
					fieldWords: { singular: 'credential', plural: 'credentials' },
					noFieldsError: `No credentials found. Choose ${thing === 'agent' ? 'an agent' : `a ${thing}`} first.`,
					supportAutoMap: false,
					refreshStaleSchemaOnOpen: true,
				},
			},
			description: 'What only one credential fits is filled without asking',
		}),
		since1_1({
			...json,
			displayOptions: { show: { inputsMode: ['json'], credentialsMode: ['json'] } },
		}),
	];
}

function inputsFieldsFor(taker: Taker): INodeProperties[] {
	const { thing, field, method, seeInputs } = taker;
	return [
		{
			displayName: 'Specify Inputs',
			name: 'inputsMode',
			type: 'options',
			noDataExpression: true,
			default: 'form',
			options: [
				{
					name: 'Form',
					value: 'form',
					description: `One field for each input of the ${thing}`,
				},
				{
					name: 'JSON',
					value: 'json',
					description: `All inputs as one object, for example when an expression chooses the ${thing}`,
				},
			],
			description: `How to enter the inputs of the ${thing}`,
		},
		{
			displayName: 'Inputs',
			name: 'inputs',
			type: 'resourceMapper',
			noDataExpression: true,
			default: { mappingMode: 'defineBelow', value: null },
			displayOptions: { show: { inputsMode: ['form'] } },
			typeOptions: {
				loadOptionsDependsOn: [`${field}.value`],
				resourceMapper: {
					resourceMapperMethod: method,
					mode: 'map',
					valuesLabel: 'Inputs',
					fieldWords: { singular: 'input', plural: 'inputs' },
					noFieldsError: `No inputs found. Choose ${thing === 'agent' ? 'an agent' : `a ${thing}`} first.`,
					supportAutoMap: false,
					refreshStaleSchemaOnOpen: true,
				},
			},
			description: `What is left empty has the default of the ${thing}. A file is the name of a binary field, a reference (workspace://…) or an https:// address.`,
		},
		{
			displayName: 'Inputs',
			name: 'inputsJson',
			type: 'json',
			default: '{}',
			placeholder: 'e.g. {"name": "Ada"}',
			displayOptions: { show: { inputsMode: ['json'] } },
			description: `The ${thing}'s inputs by name. ${seeInputs} shows which ones it has.`,
			hint: 'An object with the names of the inputs, or an expression that returns one',
		},
		...credentialsFieldsFor(taker),
	];
}

/** The agent's inputs: a form made from its schema, or JSON. */
export const inputsFields: INodeProperties[] = inputsFieldsFor({
	thing: 'agent',
	field: 'agentId',
	method: 'getAgentInputs',
	credentialsMethod: 'getAgentCredentials',
	seeInputs: 'Agent > Get',
	credentialsHint: 'Agent > Get Required Credentials shows the fields and the IDs',
});

/** The inputs of a graph that is run by its agent. */
export const graphInputsFields: INodeProperties[] = inputsFieldsFor({
	thing: 'graph',
	field: 'graphId',
	method: 'getGraphInputs',
	credentialsMethod: 'getGraphCredentials',
	seeInputs: 'Graph > Get Agent',
	credentialsHint: 'Graph > Get Required Credentials shows the fields and the IDs',
});

/** The inputs of an agent of the marketplace. */
export const listedInputsFields: INodeProperties[] = inputsFieldsFor({
	thing: 'agent',
	field: 'marketplaceAgent',
	method: 'getListedAgentInputs',
	credentialsMethod: 'getListedAgentCredentials',
	seeInputs: 'Once it is in your library, Agent > Get',
	credentialsHint:
		'Once the agent is in your library, Agent > Get Required Credentials shows the fields and the IDs',
});

/** The inputs of a block that is run on its own. */
export const blockInputsFields: INodeProperties[] = inputsFieldsFor({
	thing: 'block',
	field: 'blockId',
	method: 'getBlockInputs',
	credentialsMethod: 'getBlockCredentials',
	seeInputs: 'Block > Get Many without Simplify',
	credentialsHint:
		"Once the block has been run, Agent > Get Required Credentials shows the fields and the IDs for its agent, whose name begins with 'Block:'",
});
