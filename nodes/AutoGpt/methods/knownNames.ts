import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { providersOf } from '../../../client/agents/providerRules';
import { readList } from '../../../client/http/pages';
import { clientFor, ROWS_SEARCHED } from '../../shared/rows';

/** Creators that are read for their categories: those with the best rating come first. */
const CREATORS_READ = 500;

/** Types of credentials, by kinds of Integration Credential > Create. */
const TYPES: Record<string, string> = {
	apiKey: 'api_key',
	hostScoped: 'host_scoped',
	userPassword: 'user_password',
};

/** Names that AutoGPT uses, each once and in order, as a list to choose from. */
function listOfNames(names: unknown[], filter: string): INodeListSearchResult {
	const texts = names.filter((name) => typeof name === 'string' && name !== '');
	const wanted = filter.trim().toLowerCase();
	const results = [...new Set(texts)]
		.map((name) => ({ name: String(name), value: String(name) }))
		.filter(({ name }) => name.toLowerCase().includes(wanted))
		.sort((a, b) => a.name.localeCompare(b.name));
	return { results };
}

/** Fills the list of the marketplace's categories: those that its creators have most agents in. */
export async function searchCategories(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const creators = await readList(client, 'listCreators', {}, CREATORS_READ);
	return listOfNames(
		// The contract is not certain of what they are.
		creators.flatMap(({ top_categories: some }) => (Array.isArray(some) ? some : [])),
		filter,
	);
}

/** Fills the list of the categories that blocks have. */
export async function searchBlockCategories(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const blocks = await readList(client, 'listBlocks', {}, ROWS_SEARCHED);
	const names = blocks.flatMap(({ categories }) => categories.map(({ category }) => category));
	return listOfNames(names, filter);
}

/** Fills the list of the providers that blocks take a credential of, of the kind that is chosen. */
export async function searchProviders(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const kind = String(this.getCurrentNodeParameter('kind') ?? 'apiKey');
	const client = await clientFor(this);
	const blocks = await readList(client, 'listBlocks', {}, ROWS_SEARCHED);
	return listOfNames(
		blocks.flatMap((block) => providersOf(block, TYPES[kind])),
		filter,
	);
}

/** Fills the list of the providers that AutoGPT keeps credentials of. */
export async function searchKeptProviders(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const kept = await readList(client, 'listCredentials', {}, ROWS_SEARCHED);
	return listOfNames(
		kept.map(({ provider }) => provider),
		filter,
	);
}
