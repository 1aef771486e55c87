import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { isObject } from '../../../client/util/json';
import { Agents } from '../../../client/agents/agents';
import { inputsOf, type AgentInput } from '../../../client/inputs/inputs';
import { isToolNode } from '../framework/tool';
import type { AutoGptClient } from '../../../client/http/client';
import type { LibraryAgent } from '../../../client/contract/types';
import { clientFor } from '../../shared/rows';
import { credentialFields } from './credentialFields';
import { fieldsFor } from './inputFields';

/** A text of others for a notice, which n8n's editor takes for HTML. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * A form without fields, which shows a text in their place.
 *
 * @param text as it is to be read; n8n's editor gets it as HTML
 */
export function noticeForm(text: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice: escapeHtml(text) };
}

/** What stands in the place of a form while nothing is chosen whose inputs it has. */
export function nothingChosen(thing: string): ResourceMapperFields {
	return noticeForm(
		`Choose ${thing} to see its inputs. Where an expression chooses it, specify the inputs as JSON.`,
	);
}

/**
 * The notice in the place of a form without fields.
 *
 * @param subject what takes the inputs: `Agent 'Greeting'`
 */
export function emptyNotice(subject: string, inputs: AgentInput[]): string {
	const who = escapeHtml(subject);
	const pickers = inputs.filter(({ kind }) => kind === 'drive');
	if (pickers.length === 0) return `${who} takes no inputs.`;
	const names = pickers.map(({ title }) => `'${escapeHtml(title)}'`).join(', ');
	return `${who} takes only files from Google Drive: ${names}. They can be picked in AutoGPT's app alone, where an agent keeps the file that was picked.`;
}

/** What is in a resource locator; `` when nothing is chosen or an expression chooses it. */
export function chosenIn(functions: ILoadOptionsFunctions, name: string): string {
	const field: unknown = functions.getCurrentNodeParameter(name);
	const text = String((isObject(field) ? field.value : field) ?? '').trim();
	return text.startsWith('=') ? '' : text;
}

/** The agent in the field Agent; `` when none is chosen or an expression chooses it. */
export function chosenAgent(functions: ILoadOptionsFunctions): string {
	const text = chosenIn(functions, 'agentId');
	const [, fromUrl] = /\/library\/agents\/([0-9a-zA-Z_-]+)/.exec(text) ?? [];
	return fromUrl ?? text;
}

/** Whether the form is drawn for the tool that n8n makes of the node for AI agents. */
export function isTool(functions: ILoadOptionsFunctions): boolean {
	return isToolNode(functions.getNode());
}

/** The form for the inputs of an agent that was read alone. */
export async function formOf(
	functions: ILoadOptionsFunctions,
	client: AutoGptClient,
	agent: LibraryAgent,
): Promise<ResourceMapperFields> {
	const inputs = inputsOf(agent) ?? [];
	const fields = fieldsFor(inputs, isTool(functions));
	const needs = (await new Agents(client).credentialNeeds(agent.id)) ?? [];
	const taken = new Set(fields.map(({ id }) => id));
	const credentials = credentialFields(needs).filter(({ id }) => !taken.has(id));
	return {
		fields: [...fields, ...credentials],
		emptyFieldsNotice: emptyNotice(`Agent '${agent.name}'`, inputs),
	};
}

/** Makes the form for the inputs of the chosen agent. */
export async function getAgentInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const agent_id = chosenAgent(this);
	if (!agent_id) return nothingChosen('an agent');
	const client = await clientFor(this);
	const agent = await client.call('getLibraryAgent', { path: { agent_id } });
	return await formOf(this, client, agent);
}
