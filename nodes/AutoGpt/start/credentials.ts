import type { NodeOperationError } from 'n8n-workflow';

import { permissionWords } from '../../../client/contract/permissions';
import {
	fillCredentials,
	readChoice,
	wholeReferences,
	type CredentialChoice,
} from '../../../client/agents/agentCredentials';
import { narrowed } from '../../../client/agents/narrowing';
import type { Agents } from '../../../client/agents/agents';
import type { JsonObject } from '../../../client/util/json';
import { knownAs, type Known } from '../../../client/agents/blocks';
import { explainCredentialIssues } from '../../../client/inputs/credentialWords';
import type { CredentialInput, LibraryAgent } from '../../../client/contract/types';
import type { Item } from '../framework/item';

/** The agent whose credential fields are filled. */
interface Target {
	agents: Agents;
	agentId: string;
	agent: LibraryAgent | undefined;
}

function readChoices(item: Item, given: JsonObject): Map<string, CredentialChoice> {
	const choices = new Map<string, CredentialChoice>();
	for (const [field, value] of Object.entries(given)) {
		const choice = readChoice(value);
		if (choice === undefined) {
			throw item.failure(
				`'${field}' does not name a credential`,
				'Enter the ID of a credential kept in AutoGPT, an object with id, provider and type, or null for none.',
			);
		}
		choices.set(field, choice);
	}
	return choices;
}

/** What to say when it cannot be read which credentials something takes. */
export function unreadableNeeds(item: Item, { thing, name }: Known): NodeOperationError {
	return item.failure(
		`The credentials that ${thing} '${name}' takes cannot be read`,
		`Give the ${item.client.connection.credentialType === 'autoGptApi' ? 'API key' : 'connected account'} the permission ${permissionWords('READ_INTEGRATIONS')}, or enter each credential in JSON as an object with id, provider and type.`,
	);
}

/**
 * Chooses the credentials that an agent works with (contract: behaviour.md section 11). Without the
 * permission to read what it needs, none are sent but those that were given whole.
 *
 * @param given by credential field
 * @param inputs values of the agent's inputs, on which a credential may depend
 */
export async function chooseCredentials(
	item: Item,
	{ agents, agentId, agent }: Target,
	given: JsonObject,
	inputs: JsonObject,
): Promise<Record<string, CredentialInput>> {
	const choices = readChoices(item, given);
	const kept = await agents.credentialNeeds(agentId);
	// What was read before is enough to go on by choices of the user, but not to choose by.
	const isChosen = kept?.every(({ field }) => choices.has(field));
	const needs = isChosen ? kept : await agents.credentialNeedsAfresh(agentId);
	const known: Known = agent ? knownAs(agent) : { thing: 'agent', name: agentId };
	if (!needs) {
		const whole = wholeReferences(choices);
		if (whole) return whole;
		throw unreadableNeeds(item, known);
	}
	const { filled, issues } = await fillCredentials(
		needs.map((need) => narrowed(need, inputs)),
		choices,
		async (field) => await agents.canDoWithout(agent, field),
	);
	if (issues.length === 0) return filled;
	const { message, description } = explainCredentialIssues(
		known,
		issues,
		item.client.connection.webUrl,
	);
	throw item.failure(message, description);
}
