import { createAccount } from './accounts.cts';
import { ServerClock } from './clock.cts';
import { addConsent } from './consent.cts';
import { loadContract } from './contract.cts';
import type { Core } from './core.cts';
import { createDownloads } from './downloads.cts';
import { FaultList } from './faults.cts';
import { IdempotencyKeys } from './idempotency.cts';
import { Limiter } from './limits.cts';
import { decideSubmission } from './listings.cts';
import { OAuth } from './oauth.cts';
import { handlers } from './routes/index.cts';
import { Runner } from './runner.cts';
import { seedMarketplace } from './seeds.cts';
import { API_PATH, createApp, listen } from './server.cts';
import { State } from './state.cts';
import { Storage } from './storage.cts';
import { addTokens } from './tokens.cts';
import type { Mode, Emulator, EmulatorOptions } from './types.cts';
import { addV1 } from './v1/app.cts';
import { addPages } from './web.cts';

export * from './types.cts';
export { OLDER_SERVERS } from './older.cts';
export type { Clock } from './clock.cts';
export type { Fault, FaultKind, Faults } from './faults.cts';
export type {
	FileRecord,
	NodeExecutionRecord,
	ReviewRecord,
	RunRecord,
	ScheduleRecord,
} from './state.cts';

const NEWEST: Mode = {
	version: 'N',
	v1: 'V7',
	v1Limits: 'none',
	idempotency: 'bound',
	failuresFreeKeys: false,
	idempotencyStore: 'up',
	checksInputs: true,
	missingCredential: 'refuse',
	uploads: 'new',
	omitReviews: 'save',
	repeatedDecision: 'count',
	resumeFails: false,
	strictCursors: false,
	lacks: [],
	runFilters: true,
	runFieldNames: 'new',
	runsMoveUpdatedAt: true,
	agentOrder: 'oldestCreated',
	startStatus: 202,
	startTakesMs: 0,
	stopTakesMs: 20,
	downloads: 'redirect',
	signedNames: 'header',
	shownInputs: 'asSent',
	dateOffMs: 0,
	tellsPresets: true,
	rateLimitHeaders: true,
	teamMates: 'forbidden',
	largeMedia: 413,
	emptyFolderId: 'notFound',
	limitsShownToStrangers: false,
	scopeNames: 'new',
	consentChecksScopes: true,
	bearerKeys: true,
	fileCapBytes: 1024 ** 3,
	fileQuotaBytes: 4 * 1024 ** 3,
	virusScanner: 'up',
};

function createCore(options: EmulatorOptions): Core {
	const clock = new ServerClock();
	const state = new State();
	const mode: Mode = { ...NEWEST, ...options.mode };
	const core: Partial<Core> = {
		contract: loadContract(),
		state,
		clock,
		mode,
		limiter: new Limiter(clock, options.limits ?? true),
		faults: new FaultList(),
		storage: new Storage(state, clock),
		idempotency: new IdempotencyKeys(clock, mode),
		options: {
			runTimeMs: options.runTimeMs ?? 0,
			stopBlocksMs: options.stopBlocksMs ?? 300,
			checkContract: options.checkContract ?? true,
		},
		requests: [],
		downloadRequests: [],
		contractViolations: [],
		log: options.logger ?? (() => undefined),
		origin: '',
		downloadOrigin: '',
	};
	return Object.assign(core, { runner: new Runner(core as Core) }) as Core;
}

/** Starts an AutoGPT emulator on 127.0.0.1, with nothing in it. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const core = createCore(options);
	const oauth = new OAuth(core);
	seedMarketplace(core);
	const app = createApp(core, handlers, (app) => {
		addPages(app, core);
		addConsent(app, oauth, core);
		addTokens(app, oauth);
		addV1(app, core);
	});
	const api = await listen(app, options.port ?? 0);
	const downloads = await listen(createDownloads(core), 0);
	core.origin = `http://127.0.0.1:${api.port}`;
	// Another name as well as another port, so that clients see another host.
	core.downloadOrigin = `http://localhost:${downloads.port}`;
	return {
		origin: core.origin,
		baseUrl: core.origin + API_PATH,
		webUrl: core.origin,
		downloadOrigin: core.downloadOrigin,
		requests: core.requests,
		downloadRequests: core.downloadRequests,
		contractViolations: core.contractViolations,
		mode: core.mode,
		faults: core.faults,
		clock: core.clock,
		createAccount: (about) => {
			const account = createAccount(core, about);
			oauth.account ??= account;
			return account;
		},
		close: async () => {
			core.clock.stop();
			await Promise.all([api.close(), downloads.close()]);
			core.storage.close();
		},
		oauth,
		decideSubmission: (id, approved) => decideSubmission(core, id, approved),
	};
}
