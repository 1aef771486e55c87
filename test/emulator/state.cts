import type { RunStatus, Schemas, Scope } from './types.cts';

export interface OrganizationRecord {
	id: string;
	name: string;
	isPersonal: boolean;
	ownerId: string;
	members: Set<string>;
	balanceCents: number;
	tier: Schemas['SubscriptionTier'];
	transactions: Schemas['CreditTransaction'][];
}

export interface UserRecord {
	id: string;
	name: string | null;
	email: string;
	timezone: string | null;
	personalOrganizationId: string;
	profile: Schemas['MarketplaceProfile'] | null;
}

export interface TeamRecord {
	id: string;
	name: string;
	organizationId: string;
	members: Set<string>;
}

/** An API key or an OAuth access token. */
export interface KeyRecord {
	secret: string;
	kind: 'api_key' | 'oauth';
	userId: string;
	organizationId: string;
	teamId: string | null;
	scopes: Scope[];
	revoked: boolean;
	expiresAt: Date | null;
}

/** Whose something is. */
export interface Owned {
	userId: string;
	organizationId: string;
	teamId: string | null;
}

export interface GraphVersion extends Pick<Schemas['Graph'], 'nodes' | 'links'> {
	version: number;
	name: string;
	description: string;
	createdAt: Date;
	inputSchema: Schemas['InputSchema'];
	outputSchema: Schemas['InputSchema'];
	credentialsSchema: Schemas['CredentialsInputSchema'];
}

export interface GraphRecord extends Owned {
	id: string;
	versions: GraphVersion[];
	activeVersion: number;
	safeMode: boolean | null;
	forkedFrom: { id: string; version: number } | null;
	/** Runs of it move only when a test says so. */
	manual: boolean;
	trigger: Schemas['TriggerSetupInfo'] | null;
}

export interface AgentRecord extends Owned {
	id: string;
	graphId: string;
	graphVersion: number;
	followsActive: boolean;
	isFavorite: boolean;
	isArchived: boolean;
	folderId: string | null;
	createdAt: Date;
	updatedAt: Date;
}

export interface FolderRecord extends Owned {
	id: string;
	name: string;
	icon: string | null;
	color: string | null;
	parentId: string | null;
	createdAt: Date;
	updatedAt: Date;
}

export interface NodeExecutionRecord {
	id: string;
	nodeId: string;
	status: RunStatus;
	inputs: Record<string, unknown>;
	outputs: Record<string, unknown[]>;
	startedAt: Date | null;
	endedAt: Date | null;
}

/** The whole truth about a run, more than the API shows. */
export interface RunRecord extends Owned {
	id: string;
	agentId: string | null;
	graphId: string;
	graphVersion: number;
	status: RunStatus;
	createdAt: Date;
	startedAt: Date | null;
	endedAt: Date | null;
	inputs: Record<string, unknown>;
	credentials: Record<string, Schemas['CredentialReference']>;
	outputs: Record<string, unknown[]>;
	nodeExecutions: NodeExecutionRecord[];
	costCents: number;
	durationSeconds: number;
	idempotencyKey: string | null;
	shareToken: string | null;
	parentRunId: string | null;
	scheduleId: string | null;
	manual: boolean;
	deleted: boolean;
	/** How often it was started, or restarted after reviews. */
	pickups: number;
}

export interface ReviewRecord {
	nodeExecId: string;
	nodeId: string;
	runId: string;
	userId: string;
	payload: unknown;
	instructions: string | null;
	editable: boolean;
	status: Schemas['ReviewStatus'];
	requestedAt: Date;
	reviewedAt: Date | null;
	processed: boolean;
	comment: string | null;
	/** What leaves the block: the payload, or the edit of it. */
	result: unknown;
}

export interface FileRecord {
	id: string;
	userId: string;
	name: string;
	mimeType: string;
	sizeBytes: number;
	sha256: string;
	createdAt: Date;
	updatedAt: Date;
	deleted: boolean;
	/** Small files are in memory, large ones in a temporary file. */
	content: Buffer | { path: string };
}

export interface ScheduleRecord extends Owned {
	id: string;
	name: string;
	graphId: string;
	graphVersion: number;
	cron: string;
	timezone: string;
	inputs: Record<string, unknown>;
	credentials: Record<string, Schemas['CredentialInput']>;
	nextRunTime: string | null;
	paused: boolean;
	cancel: () => void;
}

export interface CredentialRecord {
	info: Schemas['CredentialInfo'];
	userId: string;
	usedByWebhook: boolean;
}

export interface SubmissionRecord {
	userId: string;
	submission: Schemas['Submission'];
	recommendedScheduleCron: string | null;
	isFeatured: boolean;
}

/** Everything the server knows, in memory only. */
export class State {
	readonly users = new Map<string, UserRecord>();
	readonly organizations = new Map<string, OrganizationRecord>();
	readonly teams = new Map<string, TeamRecord>();
	readonly keys = new Map<string, KeyRecord>();
	readonly graphs = new Map<string, GraphRecord>();
	readonly agents = new Map<string, AgentRecord>();
	readonly folders = new Map<string, FolderRecord>();
	/** In the order of creation. */
	readonly runs = new Map<string, RunRecord>();
	readonly reviews = new Map<string, ReviewRecord>();
	readonly files = new Map<string, FileRecord>();
	readonly schedules = new Map<string, ScheduleRecord>();
	readonly credentials = new Map<string, CredentialRecord>();
	readonly submissions = new Map<string, SubmissionRecord>();
}
