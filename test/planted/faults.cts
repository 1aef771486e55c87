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
const COMPARE_RUNS = 'nodes/AutoGptTrigger/runs/compareRuns.ts';
const RUNS_COMPARED = ['compareRuns'];
const TRIGGER = ['integration/trigger.test', 'triggerEvents'];
const TOKENS = 'client/oauth/tokenManager.ts';
const OAUTH = ['tokenManager', 'integration/oauth.test'];
const WAITING = ['waitingOptions', 'waitingTimeLimit', 'waitingStop'];
const ANSWERS = 'nodes/AutoGpt/resources/review/answers.ts';
const PLAN = 'nodes/AutoGpt/resources/review/plan.ts';
const REVIEWS = ['integration/reviews.test'];

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
		name: 'a lost response counts as refused in an n8n before 2.37',
		file: 'client/errors/network.ts',
		from: 'return codeOfLostCause(error);',
		to: "return '';",
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
		name: 'the relay takes a request that names two clients',
		file: 'client/oauth/relay.ts',
		from: 'return CLIENT.every(agrees) ? { ...form, ...client } : undefined;',
		to: 'return CLIENT.some(agrees) ? { ...form, ...client } : { ...form, ...client };',
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
		name: 'names of others are links and images in the editor',
		file: 'client/util/markup.ts',
		from: "return text.replace(TAG_START, '< ');",
		to: "return text.replace(TAG_START, '<');",
		suites: ['foreignTexts'],
	},
	{
		name: 'the credential test takes what a gateway says for a word of AutoGPT',
		file: 'nodes/shared/credentialTest.ts',
		from: 'case status === 401 && isFromAutoGpt(answer):',
		to: 'case status === 401:',
		suites: ['credential.test'],
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
	{
		name: 'a run that was reported is reported again',
		file: COMPARE_RUNS,
		from: "if (standing === 'done' || standing === 'due') continue;",
		to: "if (standing === 'due') continue;",
		suites: RUNS_COMPARED,
	},
	{
		name: 'runs of another account count as new',
		file: COMPARE_RUNS,
		from: '		!snapshot.isOtherAccount &&\n',
		to: '',
		suites: RUNS_COMPARED,
	},
	{
		name: 'marks of reported runs are dropped early',
		file: COMPARE_RUNS,
		from: 'at >= since - OVERLAP_MS)',
		to: 'at >= since + OVERLAP_MS)',
		suites: RUNS_COMPARED,
	},
	{
		name: 'a list that may lack rows moves the trigger on',
		file: 'nodes/AutoGptTrigger/times.ts',
		from: 'if (before === undefined || isComplete) return end;',
		to: 'if (before !== null) return end;',
		suites: TRIGGER,
	},
	{
		name: 'a row that a list left out once is new',
		file: 'nodes/AutoGptTrigger/rows.ts',
		from: 'isComplete ? {} : (before?.seen ?? {})',
		to: '{}',
		suites: RUNS_COMPARED,
	},
	{
		name: 'a review that a list left out once is requested again',
		file: 'nodes/AutoGptTrigger/events/reviewRequested.ts',
		from: 'const POLLS_TO_FORGET = 3;',
		to: 'const POLLS_TO_FORGET = 1;',
		suites: TRIGGER,
	},
	{
		name: 'a low balance starts the workflow at every poll',
		file: 'nodes/AutoGptTrigger/events/creditLow.ts',
		from: 'before !== undefined && !before.isBelow &&',
		to: 'before !== undefined &&',
		suites: TRIGGER,
	},
	{
		name: 'a run that cannot be read holds on for ever',
		file: 'nodes/AutoGptTrigger/runs/runReader.ts',
		from: 'if (tries < MOST_TRIES)',
		to: 'if (tries < MOST_TRIES * 100)',
		suites: TRIGGER,
	},
	{
		name: 'an outage uses up the tries of runs',
		file: 'nodes/AutoGptTrigger/runs/runReader.ts',
		from: 'if (this.stop || !(await this.answersOthers()))',
		to: 'if (this.stop)',
		suites: TRIGGER,
	},
	{
		name: 'a copy of a workflow goes on from the state of the first',
		file: 'nodes/AutoGptTrigger/state.ts',
		from: 'stored.owner === owner',
		to: 'stored.owner !== owner + owner',
		suites: TRIGGER,
	},
	{
		name: 'two polls of one trigger run at once',
		file: 'nodes/AutoGptTrigger/memory.ts',
		from: 'Date.now() - began < LOST_AFTER_MS) return [];',
		to: 'Date.now() - began < 0) return [];',
		suites: TRIGGER,
	},
	{
		name: 'a token is used to its very end',
		file: 'client/oauth/token.ts',
		from: 'renewAt: expiresAt - lead,',
		to: 'renewAt: expiresAt,',
		suites: OAUTH,
	},
	{
		name: 'a token that was just renewed is renewed again when it is refused',
		file: TOKENS,
		from: 'if (wasRenewed || renewals >= MAX_RENEWALS) {',
		to: 'if (renewals >= MAX_RENEWALS) {',
		suites: OAUTH,
	},
	{
		name: 'many requests try a token that is not proven',
		file: TOKENS,
		from: 'if (!this.trial) return {',
		to: 'return {',
		suites: OAUTH,
	},
	{
		name: 'a token that another process stored is not taken',
		file: TOKENS,
		from: 'if (stored.fingerprint !== fingerprint) return stored;',
		to: '',
		suites: OAUTH,
	},
	{
		name: 'an account that must be connected again is asked for again and again',
		file: TOKENS,
		from: 'isFinal ? Infinity : RENEWAL_PAUSE_MS',
		to: 'isFinal ? 0 : RENEWAL_PAUSE_MS',
		suites: OAUTH,
	},
	{
		name: 'a failed renewal stops work while the token has time left',
		file: TOKENS,
		from: 'stored.fingerprint === this.refused || Date.now() >= stored.expiresAt',
		to: 'stored.expiresAt > 0',
		suites: OAUTH,
	},
	{
		name: 'a run to be stopped at its limit is left alone when another one failed',
		file: 'nodes/AutoGpt/wait/waitForItems.ts',
		from: "settings.onTimeLimit !== 'stop' && settings.onReview !== 'stop'",
		to: "settings.onTimeLimit !== ''",
		suites: WAITING,
	},
	{
		name: 'a failed run counts as a success',
		file: 'nodes/AutoGpt/wait/runFailures.ts',
		from: "if (outcome === 'failed' && failOn.includes('failed'))",
		to: "if (outcome === 'stopped' && failOn.includes('failed'))",
		suites: WAITING,
	},
	{
		name: 'a missing output counts as a success',
		file: 'nodes/AutoGpt/wait/runFailures.ts',
		from: 'return names.length > 0 ?',
		to: 'return names.length > 99 ?',
		suites: WAITING,
	},
	{
		name: 'Stop in n8n leaves runs going on that were to be stopped',
		file: 'nodes/AutoGpt/wait/stopsOnCancel.ts',
		from: 'await stopRun(afterStop, runId).catch(() => undefined);',
		to: 'await Promise.resolve(afterStop);',
		suites: WAITING,
	},
	{
		name: 'Stop in n8n stops runs that were not to be stopped',
		file: 'nodes/AutoGpt/wait/stopsOnCancel.ts',
		from: 'if (!settings.stopRunsOnCancel) return;',
		to: '',
		suites: WAITING,
	},
	{
		name: 'a missing decision approves',
		file: ANSWERS,
		from: "item.requiredText('decision', 'Decision')",
		to: "(item.text('decision') || 'approve')",
		suites: REVIEWS,
	},
	{
		name: 'edited data that returns nothing approves',
		file: PLAN,
		from: 'if (answer.decision?.lacksEdit &&',
		to: 'if (answer.decision?.lacksEdit === null &&',
		suites: REVIEWS,
	},
	{
		name: 'of different wishes for other reviews the first one wins',
		file: PLAN,
		from: 'if (wishes.size > 1) {',
		to: 'if (wishes.size > 9) {',
		suites: REVIEWS,
	},
	{
		name: 'an answer is sent although another one of its run cannot be used',
		file: PLAN,
		from: 'if (spoilt.length === 0) coverLeftOver(plan);',
		to: 'if (spoilt.length >= 0) coverLeftOver(plan);',
		suites: REVIEWS,
	},
	{
		name: 'an answer to a review that was decided otherwise counts as given',
		file: PLAN,
		from: 'if (decision?.approved !== approved) {',
		to: 'if (decision === undefined) {',
		suites: REVIEWS,
	},
	{
		name: 'an edit that came too late counts as stored',
		file: 'client/runs/reviews.ts',
		from: "return decidedAt < sentAt.getTime() - CLOCK_TOLERANCE_MS ? 'tooLate' : 'unknown';",
		to: "return decidedAt < 0 ? 'tooLate' : 'stored';",
		suites: REVIEWS,
	},
	{
		name: 'an answer counts as stored when one of its decisions is',
		file: 'client/runs/reviews.ts',
		from: 'return decisions.every(',
		to: 'return decisions.some(',
		suites: REVIEWS,
	},
	{
		name: 'starts of another credential are taken for own ones',
		file: LEDGER,
		from: 'return JSON.stringify([credentialKey, attemptId]);',
		to: 'return JSON.stringify([credentialKey.length, attemptId]);',
		suites: ['startLedger'],
	},
	{
		name: 'a start on API v1 is sent again after an update',
		file: LEDGER,
		from: 'if (start) start.isUnkeyed = true;',
		to: '',
		suites: ['graphRunsV1'],
	},
	{
		name: 'the run of another start is not known as such',
		file: LEDGER,
		from: 'this.owners.set(run.id, id);',
		to: '',
		suites: ['startLedger', ...NEVER_TWICE],
	},
	{
		name: 'a body that changed is sent under the key of another one',
		file: STARTS,
		from: 'if (lost.digest !== digest && !sent?.body) lost.isBodyLost = true;',
		to: '',
		suites: NEVER_TWICE,
	},
	{
		name: 'a graph that was written is written again',
		file: 'client/process/graphLedger.ts',
		from: 'return this.writes.get(step);',
		to: 'return this.writes.get(`none ${step}`);',
		suites: ['graphExports'],
	},
	{
		name: 'a start goes on with the API that was known ten minutes ago',
		file: START_ITEMS,
		from: "if (agentId !== '' || !item.client.polling.listsRuns) return { agent, agentId };",
		to: "if (agentId !== ' ') return { agent, agentId };",
		suites: ['runsV1'],
	},
	{
		name: 'runs are started where the server drops their inputs',
		file: 'client/http/serverLacks.ts',
		from: "if (name === 'startAgentRun' && this.startsByEarlierNames) return TOO_OLD_TO_START;",
		to: '',
		suites: ['earlierNames'],
	},
	{
		name: 'executions with another key in their credential are watched together',
		file: 'client/runs/waiting.ts',
		from: 'return `${connection.readerKey} ${connection.apiSetting}`;',
		to: 'return `${connection.credentialKey} ${connection.apiSetting}`;',
		suites: ['waitingTogether.test'],
	},
	{
		name: 'time limits wait for the next check of a run',
		file: 'client/process/runWatcher.ts',
		from: 'next = Math.min(next, wait.run.deadline - date);',
		to: 'void wait.run.deadline;',
		suites: ['waitingSilent'],
	},
	{
		name: 'dropdowns may spend all requests of a minute',
		file: 'client/process/rateLimiter.ts',
		from: 'background: { rank: 4, leaves: 0.5 },',
		to: 'background: { rank: 4, leaves: 0 },',
		suites: ['rateLimits'],
	},
];
