import { takesStartKeys } from '../contract/described';
import { isObject, parseJson } from '../util/json';
import type { AutoGptClient } from './client';
import { AnswerCache, SharedAnswers } from './sharedAnswers';
import { pause } from '../process/pause';

/**
 * How a server treats the `Idempotency-Key` of a run start
 * (contract: behaviour.md sections 1 and 8).
 */
export type StartKeyRules =
	/**
	 * The same key gives the same run, as a rule. A key store that was down, or a start that went
	 * wrong after its run was made, may break it on some servers, and no description tells which.
	 */
	| 'heeded'
	/** Not known to check the key: a start must not be sent twice. */
	| 'ignored';

class KeptFacts extends AnswerCache<StartKeyRules | undefined> {}

/** Asked once for all items that a node executes; later a server may be another version. */
class ServerFacts extends SharedAnswers<StartKeyRules | undefined> {
	constructor() {
		super(KeptFacts, (rules) => rules === 'heeded');
	}
}

const START_KEYS = 'startKeys';
const READS = 3;
const PAUSE_BETWEEN_READS_MS = 700;

async function readRules(client: AutoGptClient): Promise<StartKeyRules | undefined> {
	for (let read = 1; ; read++) {
		const description = parseJson(await client.readDescription());
		if (isObject(description) && isObject(description.paths)) {
			return takesStartKeys(description) ? 'heeded' : 'ignored';
		}
		if (read === READS) return undefined;
		await pause(PAUSE_BETWEEN_READS_MS * read, client.cancelSignal);
	}
}

/**
 * How the server treats keys, by its own description. Asked only after a start whose outcome is
 * unknown. A server that cannot be asked counts as one without keys.
 */
export async function startKeyRules(client: AutoGptClient): Promise<StartKeyRules> {
	const facts = client.session.of(ServerFacts);
	// It decides whether a start is sent again, so only what was asked for in this execution counts.
	const { freshSince } = client.session;
	const ask = async () => await readRules(client);
	const rules = await facts.get(client, START_KEYS, ask, freshSince);
	if (!rules) facts.forget(START_KEYS);
	return rules ?? 'ignored';
}
