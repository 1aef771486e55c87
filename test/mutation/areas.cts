/** Code that a promise hangs on, and the tests that hold it. */
export interface Area {
	name: string;
	/** Files that are mutated, one mutation at a time. */
	files: readonly string[];
	/** Test files, without their ending. Each mutation runs those of their tests that reach it. */
	suites: readonly string[];
}

export const AREAS: readonly Area[] = [
	{
		name: 'starts',
		files: ['client/process/startLedger.ts'],
		suites: ['unit/startLedger'],
	},
	{
		name: 'keys',
		files: ['client/runs/inputsCompared.ts', 'client/runs/keys.ts', 'client/runs/ownKeys.ts'],
		suites: ['unit/startKeys'],
	},
	{
		name: 'oauth',
		files: ['client/oauth/tokenManager.ts', 'client/oauth/renewal.ts', 'client/oauth/token.ts'],
		suites: ['unit/tokenManager', 'unit/oauthRenewal'],
	},
	{
		name: 'trigger',
		files: [
			'nodes/AutoGptTrigger/memory.ts',
			'nodes/AutoGptTrigger/round.ts',
			'nodes/AutoGptTrigger/rows.ts',
			'nodes/AutoGptTrigger/runs/compareRuns.ts',
			'nodes/AutoGptTrigger/runs/runState.ts',
			'nodes/AutoGptTrigger/state.ts',
			'nodes/AutoGptTrigger/times.ts',
		],
		suites: ['unit/compareRuns', 'unit/triggerMemory'],
	},
	{
		name: 'limits',
		files: ['client/process/rateLimiter.ts', 'client/process/pace.ts'],
		suites: ['unit/rateLimitHeaders', 'unit/rateLimits', 'unit/pace'],
	},
	{
		name: 'watcher',
		files: ['client/process/runWatcher.ts'],
		suites: ['unit/runWatcher'],
	},
	{
		name: 'launches',
		files: ['client/runs/keyProbe.ts', 'client/runs/lostRuns.ts', 'client/runs/starts.ts'],
		suites: ['integration/startsFromWithin'],
	},
	{
		name: 'waits',
		files: ['client/runs/waiting.ts'],
		suites: ['integration/waitingFromWithin'],
	},
	{
		name: 'reviews',
		files: [
			'client/runs/reviews.ts',
			'nodes/AutoGpt/resources/review/answers.ts',
			'nodes/AutoGpt/resources/review/plan.ts',
		],
		suites: [
			'integration/reviewsFromWithin',
			'unit/reviewEdits',
			'integration/reviews',
			'integration/reviewForm',
		],
	},
	{
		name: 'uploads',
		files: ['client/files/files.ts', 'client/files/uploadErrors.ts'],
		suites: ['integration/uploadsFromWithin'],
	},
	{
		name: 'polls',
		files: [
			'nodes/AutoGptTrigger/completeList.ts',
			'nodes/AutoGptTrigger/runs/finishedRuns.ts',
			'nodes/AutoGptTrigger/runs/runReader.ts',
		],
		suites: ['integration/pollsFromWithin'],
	},
	{
		name: 'pages',
		files: ['client/http/pages.ts'],
		suites: ['unit/pages'],
	},
];
