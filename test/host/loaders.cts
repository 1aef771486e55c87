import type { INodeParameters } from 'n8n-workflow';
import type { N8nApi } from './api.cts';
import { asArray, asObject, asText, type JsonObject } from './json.cts';
import type { CredentialReference } from './workflow.cts';

/** The node and the parameter for which the editor asks n8n to load something. */
export interface LoaderRequest {
	type: string;
	typeVersion?: number;
	/** The name of the method in the node's `methods`. */
	method: string;
	/** The parameter that is being filled. */
	parameter: string;
	parameters?: INodeParameters;
	credentials?: Record<string, CredentialReference>;
}

export interface Choice {
	name: string;
	value: string | number | boolean;
	url?: string;
	description?: string;
}

export interface SearchPage {
	results: Choice[];
	paginationToken?: string;
}

/** What a dropdown offers (`methods.loadOptions`). */
export async function loadOptions(api: N8nApi, request: LoaderRequest): Promise<Choice[]> {
	const answer = await ask(api, 'options', request);
	return asArray(answer, 'options').map(readChoice);
}

/** One page of what a resource locator's list offers (`methods.listSearch`). */
export async function searchList(
	api: N8nApi,
	request: LoaderRequest,
	page: { filter?: string; paginationToken?: string } = {},
): Promise<SearchPage> {
	const answer = asObject(await ask(api, 'resource-locator-results', request, page), 'list');
	const token = answer.paginationToken;
	return {
		results: asArray(answer.results, 'list: results').map(readChoice),
		...(typeof token === 'string' && { paginationToken: token }),
	};
}

/** The fields of the form that n8n draws (`methods.resourceMapping`). */
export async function mapperFields(api: N8nApi, request: LoaderRequest): Promise<JsonObject> {
	return asObject(await ask(api, 'resource-mapper-fields', request), 'mapper fields');
}

async function ask(
	api: N8nApi,
	kind: string,
	request: LoaderRequest,
	extra: JsonObject = {},
): Promise<unknown> {
	return await api.session.request('POST', `/rest/dynamic-node-parameters/${kind}`, {
		path: `parameters.${request.parameter}`,
		methodName: request.method,
		nodeTypeAndVersion: { name: request.type, version: request.typeVersion ?? 1 },
		currentNodeParameters: request.parameters ?? {},
		credentials: request.credentials,
		...extra,
	});
}

function readChoice(value: unknown): Choice {
	const choice = asObject(value, 'choice');
	const chosen = choice.value;
	if (typeof chosen !== 'string' && typeof chosen !== 'number' && typeof chosen !== 'boolean') {
		throw new TypeError('choice: its value is neither text, number nor boolean');
	}
	return {
		name: asText(choice.name, 'choice: name'),
		value: chosen,
		...(typeof choice.url === 'string' && { url: choice.url }),
		...(typeof choice.description === 'string' && { description: choice.description }),
	};
}
