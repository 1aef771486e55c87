import {
	NodeOperationError,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
} from 'n8n-workflow';

import { readGraphAddress } from '../../../client/agents/graphAddress';
import type { AutoGptClient } from '../../../client/http/client';
import { readList } from '../../../client/http/pages';
import { clientFor, ROWS_SEARCHED } from '../../shared/rows';
import { chosenAgent, chosenIn } from './inputForm';
import { toMinute } from './minutes';

/** The graph in the field Graph, or that of the agent in the field Agent; `` when none is chosen. */
async function chosenGraph(functions: ILoadOptionsFunctions, client: AutoGptClient) {
	const text = chosenIn(functions, 'graphId');
	const address = readGraphAddress(text);
	if (address?.page === 'builder') return address.graphId;
	if (text !== '') return text;
	const agent_id = chosenAgent(functions);
	if (agent_id === '') return '';
	const { graph_id } = await client.call('getLibraryAgent', { path: { agent_id } });
	return graph_id;
}

/** Fills the list of a graph's versions, newest first. */
export async function searchGraphVersions(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const graph_id = await chosenGraph(this, client);
	if (graph_id === '') {
		throw new NodeOperationError(this.getNode(), 'Nothing is chosen yet whose versions to list', {
			description: 'Choose it above first, or enter the number of the version.',
		});
	}
	const path = { graph_id };
	const graphs = await readList(client, 'listGraphVersions', { path }, ROWS_SEARCHED);
	const results = graphs
		.sort((a, b) => b.version - a.version)
		.map(({ created_at, is_active, version }) => {
			const created = created_at ? `, ${toMinute(created_at)}` : '';
			return {
				name: `Version ${version}${is_active ? ' (active)' : ''}${created}`,
				value: String(version),
			};
		});
	return {
		results: results.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())),
	};
}
