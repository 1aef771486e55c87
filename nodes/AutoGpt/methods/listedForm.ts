import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { readListed } from '../../../client/agents/listedAgents';
import type { Graph } from '../../../client/contract/types';
import { acceptStatus, isLack, PlatformError } from '../../../client/errors/platformError';
import type { AutoGptClient } from '../../../client/http/client';
import { inputsOf } from '../../../client/inputs/inputs';
import { clientFor } from '../../shared/rows';
import { fieldsFor } from './inputFields';
import { chosenIn, emptyNotice, formOf, isTool, noticeForm, nothingChosen } from './inputForm';

/** Creator and slug in the field Marketplace Agent; undefined when it does not name them. */
export function chosenListing(functions: ILoadOptionsFunctions) {
	const text = chosenIn(functions, 'marketplaceAgent');
	const [, fromUrl] = /\/marketplace\/agent\/([^/?#\s]+\/[^/?#\s]+)/.exec(text) ?? [];
	const [creator, slug, ...rest] = (fromUrl ?? text).split('/');
	return creator && slug && rest.length === 0 ? { creator, slug } : undefined;
}

/** The graph of an agent that is not in the library, which AutoGPT may not show. */
export async function graphOutsideLibrary(
	client: AutoGptClient,
	graphId: string,
): Promise<Graph | PlatformError> {
	return await client
		.call('getGraph', { path: { graph_id: graphId } })
		.catch(acceptStatus(403, 404));
}

/** The form for a graph that is not in the library: which credentials fit is told only there. */
function formOfGraph(functions: ILoadOptionsFunctions, graph: Graph): ResourceMapperFields {
	const inputs = inputsOf(graph) ?? [];
	return {
		fields: fieldsFor(inputs, isTool(functions)),
		emptyFieldsNotice: emptyNotice(`Agent '${graph.name}'`, inputs),
	};
}

/** What to say where AutoGPT does not let the graph be read. */
function explainUnread(reason: PlatformError): ResourceMapperFields {
	if (isLack(reason)) {
		return noticeForm(`${reason.message}. Choose JSON under 'Specify Inputs'.`);
	}
	return noticeForm(
		"AutoGPT does not show the inputs of an agent that is not in your library. Add it with Marketplace Agent > Add to Library, or choose JSON under 'Specify Inputs'.",
	);
}

/**
 * Makes the form for the inputs of the chosen marketplace agent: of its agent in the library, else
 * of its graph, where AutoGPT lets that be read. Nothing is added to the library for a form.
 */
export async function getListedAgentInputs(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const listing = chosenListing(this);
	if (!listing) return nothingChosen('an agent');
	const client = await clientFor(this);
	const { agent, graphId } = await readListed(client, listing);
	if (agent) return await formOf(this, client, agent);
	const graph = await graphOutsideLibrary(client, graphId);
	return graph instanceof PlatformError ? explainUnread(graph) : formOfGraph(this, graph);
}
