import type { components } from '../../client/contract/schema';
import type { Clock } from './clock.cts';
import type { Faults } from './faults.cts';
import type { Generation } from './v1/call.cts';
import type { RunRecord, ReviewRecord, FileRecord, ScheduleRecord } from './state.cts';

export type Schemas = components['schemas'];
export type RunStatus = Schemas['RunStatus'];
export type GraphCreate = Schemas['GraphCreate'];
export type CredentialType = Schemas['CredentialType'];

/** The scopes of section 3. */
export const SCOPES = [
	'IDENTITY',
	'READ_BLOCK',
	'READ_GRAPH',
	'WRITE_GRAPH',
	'READ_LIBRARY',
	'WRITE_LIBRARY',
	'RUN_AGENT',
	'READ_RUN',
	'WRITE_RUN',
	'SHARE_RUN',
	'READ_RUN_REVIEW',
	'WRITE_RUN_REVIEW',
	'READ_SCHEDULE',
	'WRITE_SCHEDULE',
	'READ_FILES',
	'WRITE_FILES',
	'READ_INTEGRATIONS',
	'MANAGE_INTEGRATIONS',
	'DELETE_INTEGRATIONS',
	'READ_STORE',
	'WRITE_STORE',
	'READ_CREDITS',
	'USE_TOOLS',
] as const;

/** The permissions of API v1: all that a server without v2 can put on a key (v1.md section 2). */
export const V1_SCOPES = [
	'IDENTITY',
	'EXECUTE_GRAPH',
	'READ_GRAPH',
	'WRITE_GRAPH',
	'EXECUTE_BLOCK',
	'READ_BLOCK',
	'READ_STORE',
	'WRITE_LIBRARY',
	'USE_TOOLS',
	'MANAGE_INTEGRATIONS',
	'READ_INTEGRATIONS',
	'DELETE_INTEGRATIONS',
] as const;

/** Scopes of older servers for what others allow today (section 1). */
export const OLD_SCOPES = ['UPLOAD_FILES', 'DOWNLOAD_FILES'] as const;
export type Scope =
	(typeof SCOPES)[number] | (typeof V1_SCOPES)[number] | (typeof OLD_SCOPES)[number];

export interface EmulatorOptions {
	/** 0 (the default) takes any free port. Always bound to 127.0.0.1. */
	port?: number;
	/** Collect violations of the contract in `contractViolations`. Default true. */
	checkContract?: boolean;
	/** The rate limits of section 6. Default true. */
	limits?: boolean;
	/** How long a run stays QUEUED, each time. Default 0. */
	runTimeMs?: number;
	/** Longest time a stop call waits for a RUNNING run to end. Default 300 (real: 15 s). */
	stopBlocksMs?: number;
	mode?: Partial<Mode>;
	logger?: (line: string) => void;
}

/** How the server behaves where servers differ; change it at any time. */
export interface Mode {
	/** `none`: no version 2 at all (404). `O3`, `O2`: older servers; see `OLDER_SERVERS` (section 1). */
	version: 'N' | 'O3' | 'O2' | 'none';
	/** Which generation of API v1 is served, beside v2 or alone (v1.md section 1). */
	v1: Generation | 'none';
	/** Limits of newer builds of API v1, for each key, whose reset is an epoch. */
	v1Limits: 'none' | 'perKey';
	/** Same key for another request: 422, the first run, or header ignored (section 8). */
	idempotency: 'bound' | 'unbound' | 'ignored';
	/** The key of a start is free again when its request fails after the run was made (section 8). */
	failuresFreeKeys: boolean;
	/** Key store down: 503 when bound, unprotected otherwise; a replay is 503 (section 8). */
	idempotencyStore: 'up' | 'down';
	/** Unknown and missing inputs are refused (section 11). */
	checksInputs: boolean;
	/** A missing required credential: 400 at start, or the block fails (section 11). */
	missingCredential: 'refuse' | 'failBlock';
	uploads: 'new' | 'old';
	/** Waiting reviews left out of a submission: those sent are kept, or 400 (section 10). */
	omitReviews: 'fail' | 'save';
	/** Same decision sent again for a decided review: counted, or 400 on older servers. */
	repeatedDecision: 'count' | 'refuse';
	/** The answer to all reviews is kept, but the run does not go on (section 10). */
	resumeFails: boolean;
	/** Page cursors of another list are refused (400) as documented (section 7). */
	strictCursors: boolean;
	/** IDs of operations that the server does not have, beside those of its age (section 1). */
	lacks: readonly string[];
	/** False: the run list can be filtered by graph only, as on older servers (section 1). */
	runFilters: boolean;
	/** Servers of spring call fields of runs differently, and take inputs under that name (section 1). */
	runFieldNames: 'new' | 'old';
	/** A run of an agent moves its `updated_at`; otherwise only changes of the agent do (section 14). */
	runsMoveUpdatedAt: boolean;
	/** Which library agents `GET /library/agents` lists first (section 14). */
	agentOrder: 'oldestCreated' | 'lastUpdated';
	startStatus: 202 | 200;
	/** How long a start is in flight before it answers. */
	startTakesMs: number;
	/** How long a RUNNING run takes to end once asked to stop. */
	stopTakesMs: number;
	downloads: 'redirect' | 'stream';
	/** Where a signed address has the file's name: in a header, or at its own end. */
	signedNames: 'header' | 'address';
	/** Lists and starts show the inputs of a run as they were sent, in another form, or not at all. */
	shownInputs: 'asSent' | 'inOtherForm' | 'none';
	/** How far the header `Date` is off, as a proxy's clock may be; null for none. */
	dateOffMs: number | null;
	/** False: the description does not tell its age by presets (section 1). */
	tellsPresets: boolean;
	/** False: counter store down or older server, so no X-RateLimit headers and no limits. */
	rateLimitHeaders: boolean;
	/** What a team-mate's run or graph answers to whom it does not belong: 403, or 404 (section 3). */
	teamMates: 'forbidden' | 'notFound';
	/** A picture or video of a submission above 10 MB (contract: uploadSubmissionMedia). */
	largeMedia: 413 | 400;
	/** An empty `folder_id` of an agent: 404, or out of its folder (section 14). */
	emptyFolderId: 'notFound' | 'root';
	/** Answers to requests without a valid credential have X-RateLimit headers too (section 6). */
	limitsShownToStrangers: boolean;
	/** Older servers call the scopes of files and marketplace differently (section 1). */
	scopeNames: 'new' | 'old';
	/** The consent page itself refuses scopes that the app lacks (section 4). */
	consentChecksScopes: boolean;
	/** N takes an API key as Bearer too. */
	bearerKeys: boolean;
	/** Largest file in bytes, and room for all files of one user (413). */
	fileCapBytes: number;
	fileQuotaBytes: number;
	/** Virus scanner: a file containing the word `EICAR` is a virus; down is a 500. */
	virusScanner: 'up' | 'down';
}

export interface RecordedRequest {
	method: string;
	/** Path with its query. */
	path: string;
	headers: Record<string, string>;
	/** Text of a JSON or form body. */
	body?: string;
	/** Status that was answered, 0 while none or if the connection was dropped. */
	status: number;
	/** By the server's clock. */
	at: Date;
	/** User id of the caller. */
	account?: string;
}

export interface CredentialSeed {
	provider: string;
	type?: CredentialType;
	title?: string | null;
	scopes?: string[];
	username?: string | null;
	isManaged?: boolean;
	/** A webhook of an agent uses it: deleting needs `force`. */
	usedByWebhook?: boolean;
}

export interface Account {
	readonly userId: string;
	readonly organizationId: string;
	/** In cents; zero or less refuses starts with 402. */
	balance: number;
	/** `NO_TIER` refuses starts with 402. */
	tier: Schemas['SubscriptionTier'];
	/** `personal`: of the user's personal organization rather than of the account's. */
	createKey(options?: { scopes?: Scope[]; teamId?: string; personal?: boolean }): string;
	revokeKey(key: string): void;
	createTeam(name?: string): string;
	createAgent(
		graph: GraphCreate,
		options?: { manual?: boolean; trigger?: Schemas['TriggerSetupInfo'] },
	): { agentId: string; graphId: string };
	addCredential(seed: CredentialSeed): Schemas['CredentialInfo'];
	addFile(name: string, content: string | Buffer, mimeType?: string): Schemas['UploadedFile'];
	runs(): RunRecord[];
	run(id: string): RunRecord;
	reviews(): ReviewRecord[];
	files(): FileRecord[];
	schedules(): ScheduleRecord[];
	/** Pauses as the web app can: the list then shows `next_run_time` null. */
	pauseSchedule(id: string): void;
	startRun(
		agentId: string,
		inputs?: Record<string, unknown>,
		options?: { credentials?: Record<string, Schemas['CredentialInput']>; createdAt?: Date },
	): string;
	setRunStatus(id: string, status: RunStatus): void;
	finishRun(
		id: string,
		status?: 'COMPLETED' | 'FAILED' | 'TERMINATED',
		outputs?: Record<string, unknown[]>,
	): void;
	/** Parks the run in REVIEW with one more waiting review; gives its `node_exec_id`. */
	requestReview(
		runId: string,
		review?: { payload?: unknown; instructions?: string | null; editable?: boolean },
	): string;
}

export interface OAuthApp {
	clientId: string;
	clientSecret: string;
}

export interface OAuthProvider {
	accessTokenLifetimeSeconds: number;
	refreshTokenLifetimeSeconds: number;
	codeLifetimeSeconds: number;
	/** Who presses Allow on the consent page; the first account unless set. */
	account: Account | null;
	createApp(options: { redirectUris: string[]; scopes?: Scope[]; name?: string }): OAuthApp;
	/** Apps can be disabled: "Application is not active". */
	setActive(clientId: string, active: boolean): void;
	/** What a person does who takes the app's access back: all its tokens end. */
	takeBack(clientId: string): void;
}

export interface Emulator {
	readonly origin: string;
	readonly baseUrl: string;
	readonly webUrl: string;
	readonly downloadOrigin: string;
	readonly requests: RecordedRequest[];
	readonly downloadRequests: RecordedRequest[];
	readonly contractViolations: string[];
	readonly mode: Mode;
	readonly faults: Faults;
	readonly clock: Clock;
	readonly oauth: OAuthProvider;
	createAccount(options?: {
		name?: string;
		email?: string;
		timezone?: string | null;
		/** Name of a shared organization; accounts naming the same one are members of it. */
		organization?: string;
	}): Account;
	/** Decides a marketplace submission as AutoGPT's staff would. */
	decideSubmission(versionId: string, approved: boolean): void;
	close(): Promise<void>;
}
