/** A fault in our own code, and the suites that must find it. */
export interface PlantedFault {
	/** What goes wrong with it, in few words. */
	name: string;
	file: string;
	/** Text that stands in the file once. */
	from: string;
	to: string;
	/** Names of test files, as jest takes them. */
	suites: readonly string[];
}

const STARTS = 'client/runs/starts.ts';
const LOST = 'client/runs/lostRuns.ts';
const KEYS = 'client/runs/keys.ts';
const LEDGER = 'client/process/startLedger.ts';
const START_ITEMS = 'nodes/AutoGpt/start/startItems.ts';
const ANY_SERVER = ['startsOnAnyServer'];
const NEVER_TWICE = ['neverTwice.test'];
const IDENTITY = ['startIdentity'];
const AS_SENT = ['keysAsSent'];

/**
 * Faults that cost money or answers and that nobody would see. `npm run test:planted` plants each of
 * them in a copy of the code, and fails where the tests stay green.
 */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
	{
		name: 'a key is sent as n8n would mutilate it',
		file: KEYS,
		from: 'return SENT_AS_IT_IS.test(ownKey) ? ownKey :',
		to: 'return SENT_AS_IT_IS !== undefined ? ownKey :',
		suites: AS_SENT,
	},
	{
		name: 'a key does not depend on the inputs',
		file: KEYS,
		from: 'return `n8n-${digest([...origin, identity, body])}`;',
		to: 'return `n8n-${digest([...origin, identity])}`;',
		suites: IDENTITY,
	},
	{
		name: 'a key does not depend on the agent',
		file: KEYS,
		from: 'return `n8n-${digest([...origin, identity, body])}`;',
		to: 'return `n8n-${digest([...origin, body])}`;',
		suites: IDENTITY,
	},
	{
		name: 'passes of a loop share a start',
		file: START_ITEMS,
		from: '		passOf(item),\n',
		to: '',
		suites: IDENTITY,
	},
	{
		name: 'nodes share a start',
		file: START_ITEMS,
		from: "		...[id ?? '', name],\n",
		to: '',
		suites: IDENTITY,
	},
	{
		name: 'a block is known by its agent',
		file: 'client/agents/runTargets.ts',
		from: 'if (blockId !== undefined)',
		to: "if (blockId === '')",
		suites: IDENTITY,
	},
	{
		name: 'an expression that returns no key means a key of the node',
		file: 'nodes/AutoGpt/start/ownKey.ts',
		from: "if (key === '' && item.isExpression(",
		to: "if (key === ' ' && item.isExpression(",
		suites: AS_SENT,
	},
	{
		name: 'a team that cannot be sent is left out',
		file: 'client/connection/teamId.ts',
		from: 'const PRINTABLE = /^[\\x21-\\x7e]*$/;',
		to: 'const PRINTABLE = /^/;',
		suites: AS_SENT,
	},
	{
		name: 'a list that cannot be read counts as empty before a repeat',
		file: STARTS,
		from: "if (seen === 'missing') return 'repeat';",
		to: "if (typeof seen === 'string') return 'repeat';",
		suites: ANY_SERVER,
	},
	{
		name: 'a start is repeated although a run may be its own',
		file: STARTS,
		from: "return state === 'recorded' ? 'repeat' : 'wait';",
		to: "return 'repeat';",
		suites: ANY_SERVER,
	},
	{
		name: 'a start is repeated on a server that ignores keys',
		file: STARTS,
		from: "if (rules === 'ignored') return 'giveUp';",
		to: '',
		suites: NEVER_TWICE,
	},
	{
		name: 'a start that got no answer is forgotten when its repeat is refused',
		file: STARTS,
		from: 'if (!isRepeat) startLedger.forget(attempt);',
		to: 'startLedger.forget(attempt);',
		suites: NEVER_TWICE,
	},
	{
		name: 'a run from before the execution is passed on in silence',
		file: STARTS,
		from: 'const isEarlier = !lost.isOwnKey',
		to: 'const isEarlier = lost.isOwnKey',
		suites: ANY_SERVER,
	},
	{
		name: 'a key counts as known for ever',
		file: LOST,
		from: '> SAFE_KEY_LIFE_MS;',
		to: '> SAFE_KEY_LIFE_MS * 100;',
		suites: ANY_SERVER,
	},
	{
		name: "the server's clock is taken to be right",
		file: LOST,
		from: 'const CLOCK_MARGIN_MS = 60_000;',
		to: 'const CLOCK_MARGIN_MS = 0;',
		suites: ANY_SERVER,
	},
	{
		name: 'the run of another item is named',
		file: LOST,
		from: 'if (startLedger.isTaken(run.id, attempt)) return false;',
		to: '',
		suites: NEVER_TWICE,
	},
	{
		name: 'a run whose inputs are not listed counts as another one',
		file: 'client/runs/inputsCompared.ts',
		from: 'if (!stored) return false;',
		to: 'if (!stored) return true;',
		suites: ANY_SERVER,
	},
	{
		name: "a run of other inputs is taken for a user's key",
		file: 'client/runs/ownKeys.ts',
		from: 'if (!isOwnKey) return undefined;',
		to: 'if (isOwnKey) return undefined;',
		suites: NEVER_TWICE,
	},
	{
		name: 'starts of a living execution are forgotten',
		file: LEDGER,
		from: 'if (execution.life?.deref()) continue;',
		to: '',
		suites: ['startLedger'],
	},
	{
		name: 'what was sent is kept after its run is known',
		file: LEDGER,
		from: 'start.sent = undefined;',
		to: '',
		suites: ['startLedger'],
	},
	{
		name: 'a time limit waits for the last start',
		file: 'client/runs/earlyEnds.ts',
		from: 'await this.checkLimits(client);',
		to: '',
		suites: ['waitingTimeLimit'],
	},
	{
		name: 'a list that got shorter counts as whole',
		file: 'client/http/pages.ts',
		from: 'return this.hasShrunk;',
		to: 'return false;',
		suites: ['unit/pages'],
	},
	{
		name: 'a repeated cursor is followed for ever',
		file: 'client/http/pages.ts',
		from: 'cursor = seenCursors.has(next) ? undefined : next;',
		to: 'cursor = next;',
		suites: ['unit/pages'],
	},
	{
		name: 'any file of that name and size is taken for the upload',
		file: 'client/files/files.ts',
		from: 'if ((await storedDigest(client, file.id)) === digest) {',
		to: 'if ((await storedDigest(client, file.id)) !== undefined) {',
		suites: ['unclearWrites'],
	},
	{
		name: 'Stop comes late in an n8n before 2.34',
		file: 'client/compat/sleep.ts',
		from: 'await Promise.race([n8nSleep(ms), abortion]);',
		to: 'await Promise.race([n8nSleep(ms)]);',
		suites: ['compat'],
	},
	{
		name: 'why a request failed is lost in an n8n before 2.37',
		file: 'client/compat/apiError.ts',
		from: 'if (options.failure) this.failure = options.failure;',
		to: '',
		suites: ['compat'],
	},
	{
		name: 'rate limits follow a clock that can be put back',
		file: 'client/util/monotonic.ts',
		from: "return new Event('now').timeStamp;",
		to: 'return Date.now();',
		suites: ['rateLimits'],
	},
	{
		name: 'the relay passes on the requests of every app',
		file: 'nodes/AutoGptOAuthRelay/AutoGptOAuthRelay.node.ts',
		from: 'return own.some((id) => id === clientId) ? undefined : OTHER_CLIENT;',
		to: 'return own.some((id) => id !== clientId) ? undefined : undefined;',
		suites: ['oauthRelay'],
	},
	{
		name: 'what a proxy answers is taken for a word of AutoGPT: found by random answers',
		file: 'client/errors/explain.ts',
		from: 'if (!isFromAutoGpt(answer)) {',
		to: 'if (!isFromAutoGpt(answer) && status === 404) {',
		suites: ['answersProperty'],
	},
	{
		name: 'texts of AutoGPT fill the message: found by random answers',
		file: 'client/errors/refusal.ts',
		from: 'if (value.length <= LONGEST_TEXT) return value;',
		to: 'if (value.length >= 0) return value;',
		suites: ['answersProperty'],
	},
	{
		name: 'starts are repeated without a look: found by random cases',
		file: STARTS,
		from: "if (seen === 'missing') return 'repeat';",
		to: "if (seen.length !== 0) return 'repeat';",
		suites: ['neverTwiceProperty'],
	},
	{
		name: 'starts are forgotten at once: found by random cases',
		file: LEDGER,
		from: 'return this.starts.get(idOf(attempt));',
		to: 'return this.starts.get(`none ${idOf(attempt)}`);',
		suites: ['neverTwiceProperty'],
	},
];
