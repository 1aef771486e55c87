import { sleep } from 'n8n-workflow';

import { isObject, parseJson } from './answers';
import type { PlatformClient } from './client';

/**
 * How a server treats the `Idempotency-Key` of a run start
 * (contract: behaviour.md sections 1 and 8).
 */
export type StartKeyRules =
	/** The same key never starts a second run. */
	| 'kept'
	/** The same, but a start that went wrong after its run was made may free the key. */
	| 'freedByFaults'
	/** Not known to look at the key: a start must not be sent twice. */
	| 'ignored';

const rulesByServer = new Map<string, StartKeyRules>();

const READS = 3;
const PAUSE_BETWEEN_READS_MS = 700;

function rulesIn(paths: Record<string, unknown>): StartKeyRules {
	const names = Object.keys(paths);
	const start = names.find((name) => /\/library\/agents\/\{\w+\}\/runs$/.test(name));
	const declares = start !== undefined && /idempotency-key/i.test(JSON.stringify(paths[start]));
	if (!declares) return 'ignored';
	// Presets are described by servers that are older than the newest.
	return names.some((name) => /\/library\/presets$/.test(name)) ? 'freedByFaults' : 'kept';
}

/**
 * How the server treats keys, by its own description. Asked only after a start whose outcome is
 * unknown, and once for each server. A server that cannot be asked counts as one without keys.
 */
export async function startKeyRules(client: PlatformClient): Promise<StartKeyRules> {
	const { baseUrl } = client.connection;
	const known = rulesByServer.get(baseUrl);
	if (known) return known;
	for (let read = 1; ; read++) {
		const description = parseJson(await client.readDescription());
		if (isObject(description) && isObject(description.paths)) {
			const rules = rulesIn(description.paths);
			rulesByServer.set(baseUrl, rules);
			return rules;
		}
		if (read === READS) return 'ignored';
		await sleep(PAUSE_BETWEEN_READS_MS * read, client.cancelSignal);
	}
}
