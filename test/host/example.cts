import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { asArray, asObject, asText, isObject, type JsonObject } from './json.cts';
import { repository } from './paths.cts';
import type { CredentialReference, WorkflowDraft } from './workflow.cts';

const FOLDER = join(repository, 'examples');

/** What a user chooses in an imported example before it runs. */
export interface Chosen {
	/** Credentials by their type. Each node gets those that it takes. */
	credentials: Record<string, CredentialReference>;
	/** Values of resource locators that the example leaves empty, by the name of the parameter. */
	picked?: Record<string, { value: string; name: string }>;
	/** Parameters that the note of the example asks for, by the name of the node. */
	parameters?: Record<string, JsonObject>;
}

const CREDENTIAL_OF: Record<string, string> = {
	'n8n-nodes-base.emailSend': 'smtp',
	'n8n-nodes-autogpt.autoGpt': 'autoGptApi',
	'n8n-nodes-autogpt.autoGptTool': 'autoGptApi',
	'n8n-nodes-autogpt.autoGptTrigger': 'autoGptApi',
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': 'openAiApi',
};

/** The names of all examples, without the ending of their files. */
export const exampleNames = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace(/\.json$/, ''));

/** An example as it is shipped. */
export function readExample(name: string): JsonObject {
	return asObject(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')), name);
}

/** An example as n8n stores it once a user has imported it and made their choices. */
export function exampleDraft(name: string, chosen: Chosen): WorkflowDraft {
	const example = readExample(name);
	return {
		name: asText(example.name, 'name'),
		nodes: asArray(example.nodes, 'nodes').map((node) => filledIn(node, chosen)),
		connections: asObject(example.connections, 'connections'),
		...(isObject(example.settings) && { settings: example.settings }),
	};
}

function filledIn(value: unknown, { credentials, picked = {}, parameters = {} }: Chosen) {
	const node = asObject(value, 'node');
	const type = CREDENTIAL_OF[asText(node.type, 'type')] ?? '';
	const credential = credentials[type];
	const own = withPicked(asObject(node.parameters, 'parameters'), picked);
	const set = parameters[asText(node.name, 'name')];
	return {
		...node,
		parameters: { ...asObject(own, 'parameters'), ...set },
		...(credential && { credentials: { [type]: credential } }),
	};
}

/** Fills in resource locators that are empty. */
function withPicked(value: unknown, picked: NonNullable<Chosen['picked']>): unknown {
	if (Array.isArray(value)) return value.map((entry) => withPicked(entry, picked));
	if (!isObject(value)) return value;
	const entries = Object.entries(value).map(([key, entry]) => {
		const pick = picked[key];
		const isEmpty = isObject(entry) && entry.__rl === true && entry.value === '';
		if (!pick || !isEmpty) return [key, withPicked(entry, picked)];
		return [key, { __rl: true, mode: 'list', value: pick.value, cachedResultName: pick.name }];
	});
	return Object.fromEntries(entries);
}
