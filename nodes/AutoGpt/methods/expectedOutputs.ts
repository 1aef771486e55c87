import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { findBlock } from '../../../client/agents/blocks';
import { readListed } from '../../../client/agents/listedAgents';
import { targetOfGraph } from '../../../client/agents/runTargets';
import { PlatformError } from '../../../client/errors/platformError';
import type { AutoGptClient } from '../../../client/http/client';
import { isObject } from '../../../client/util/json';
import { withoutMarkup } from '../../../client/util/markup';
import { clientFor } from '../../shared/rows';
import { chosenGraph } from './graphForm';
import { chosenAgent, chosenIn } from './inputForm';
import { chosenListing, graphOutsideLibrary } from './listedForm';

type Schema = Record<string, unknown> | undefined;
type ReadOutputs = (
	client: AutoGptClient,
	functions: ILoadOptionsFunctions,
) => Promise<Schema> | undefined;

/** How to read the schema of what comes out, by resource; undefined while nothing is chosen. */
const READ_OUTPUTS: Record<string, ReadOutputs> = {
	agent: (client, functions) => {
		const agent_id = chosenAgent(functions);
		return agent_id === '' ? undefined : ofAgent(client, agent_id);
	},
	block: (client, functions) => {
		const id = chosenIn(functions, 'blockId');
		return id === '' ? undefined : ofBlock(client, id);
	},
	graph: (client, functions) => {
		const graphId = chosenGraph(functions);
		return graphId === '' ? undefined : ofGraph(client, graphId);
	},
	marketplaceAgent: (client, functions) => {
		const listing = chosenListing(functions);
		return listing && ofListing(client, listing);
	},
};

async function ofAgent(client: AutoGptClient, agent_id: string): Promise<Schema> {
	return (await client.call('getLibraryAgent', { path: { agent_id } })).output_schema;
}

async function ofBlock(client: AutoGptClient, id: string): Promise<Schema> {
	return (await findBlock(client, id)).output_schema;
}

async function ofGraph(client: AutoGptClient, graphId: string): Promise<Schema> {
	return (await targetOfGraph(client, { graphId })).agent?.output_schema;
}

async function ofListing(
	client: AutoGptClient,
	listing: { creator: string; slug: string },
): Promise<Schema> {
	const { agent, graphId } = await readListed(client, listing);
	if (agent) return agent.output_schema;
	const graph = await graphOutsideLibrary(client, graphId);
	return graph instanceof PlatformError ? undefined : graph.output_schema;
}

/** Fills the list of the outputs that the chosen agent, graph or block declares. */
export async function getExpectedOutputs(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const resource = String(this.getCurrentNodeParameter('resource') ?? 'agent');
	const client = await clientFor(this);
	const schema = await READ_OUTPUTS[resource]?.(client, this);
	const properties = isObject(schema?.properties) ? schema.properties : {};
	// A block returns its message as an output of this name where it failed.
	const names = Object.keys(properties).filter((name) => resource !== 'block' || name !== 'error');
	return names.map((name) => {
		const property = properties[name];
		const description = isObject(property) ? property.description : undefined;
		return {
			name,
			value: name,
			...(typeof description === 'string' && description !== ''
				? { description: withoutMarkup(description) }
				: {}),
		};
	});
}
