import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { Agents } from '../../../client/agents/agents';
import type { CredentialNeed } from '../../../client/agents/agentCredentials';
import { takesCredentials } from '../../../client/agents/blockLayout';
import { blockTitle, findBlock } from '../../../client/agents/blocks';
import { readListed } from '../../../client/agents/listedAgents';
import { targetOfGraph } from '../../../client/agents/runTargets';
import { permissionWords } from '../../../client/contract/permissions';
import type { LibraryAgent } from '../../../client/contract/types';
import type { AutoGptClient } from '../../../client/http/client';
import { clientFor } from '../../shared/rows';
import { needsOf } from './blockForm';
import { credentialFields } from './credentialFields';
import { chosenGraph } from './graphForm';
import { chosenAgent, chosenIn, escapeHtml, noticeForm } from './inputForm';
import { chosenListing } from './listedForm';

const AS_JSON = "choose JSON under 'Specify Credentials'";

/** What stands in the place of the form while nothing is chosen whose credentials it has. */
function nothingChosen(thing: string): ResourceMapperFields {
	return noticeForm(
		`Choose ${thing} to see its credentials. Where an expression chooses it, ${AS_JSON}.`,
	);
}

/** @param subject what takes the credentials: `Agent 'Greeting'` */
function formOfNeeds(subject: string, needs: CredentialNeed[] | undefined): ResourceMapperFields {
	if (!needs) {
		const permission = permissionWords('READ_INTEGRATIONS');
		return noticeForm(
			`The credentials that ${subject} takes cannot be read: that needs the permission ${permission}. Without it, ${AS_JSON}.`,
		);
	}
	return {
		fields: credentialFields(needs),
		emptyFieldsNotice: escapeHtml(`${subject} takes no credentials.`),
	};
}

async function formOfAgent(
	client: AutoGptClient,
	{ id, name }: Pick<LibraryAgent, 'id' | 'name'>,
): Promise<ResourceMapperFields> {
	return formOfNeeds(`Agent '${name}'`, await new Agents(client).credentialNeeds(id));
}

/** Makes the form for the credentials of the chosen agent. */
export async function getAgentCredentials(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const agent_id = chosenAgent(this);
	if (!agent_id) return nothingChosen('an agent');
	const client = await clientFor(this);
	return await formOfAgent(client, await client.call('getLibraryAgent', { path: { agent_id } }));
}

/** Makes the form for the credentials of the chosen graph; they are those of its agent. */
export async function getGraphCredentials(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const graphId = chosenGraph(this);
	if (!graphId) return nothingChosen('a graph');
	const client = await clientFor(this);
	const { agent } = await targetOfGraph(client, { graphId });
	if (agent) return await formOfAgent(client, agent);
	return noticeForm(
		`This AutoGPT serves only the older API v1, which does not tell the credentials of a graph. Without a form, ${AS_JSON}.`,
	);
}

/** Makes the form for the credentials of the chosen marketplace agent: those of its agent in the library. */
export async function getListedAgentCredentials(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const listing = chosenListing(this);
	if (!listing) return nothingChosen('an agent');
	const client = await clientFor(this);
	const { agent } = await readListed(client, listing);
	if (agent) return await formOfAgent(client, agent);
	return noticeForm(
		`AutoGPT tells which credentials fit once the agent is in your library. Add it with Marketplace Agent > Add to Library, or ${AS_JSON}.`,
	);
}

/** Makes the form for the credentials of the chosen block: those of the agent that runs it. */
export async function getBlockCredentials(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const id = chosenIn(this, 'blockId');
	if (!id) return nothingChosen('a block');
	const client = await clientFor(this);
	const block = await findBlock(client, id);
	const needs = await needsOf(client, block);
	const subject = `Block '${blockTitle(block)}'`;
	if (needs.length > 0 || !takesCredentials(block)) return formOfNeeds(subject, needs);
	return noticeForm(
		`AutoGPT tells which credentials fit once ${subject} has been run for the first time. What only one fits is filled without asking; else ${AS_JSON}.`,
	);
}
