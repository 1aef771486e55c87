import { createGraph, versionOf } from './agents-store.cts';
import type { Core } from './core.cts';
import { newId, newSecret } from './ids.cts';
import { chosenCredentials, coerceInputs } from './inputs.cts';
import type { OrganizationRecord, Owned, RunRecord, UserRecord } from './state.cts';
import { fileUri, fileView } from './storage.cts';
import { addCredential } from './credentials.cts';
import { SCOPES, V1_SCOPES, type Account, type Emulator } from './types.cts';

type AccountOptions = NonNullable<Parameters<Emulator['createAccount']>[0]>;

const STARTING_BALANCE_CENTS = 10_000;

function addOrganization(core: Core, name: string, ownerId: string, isPersonal: boolean) {
	const organization: OrganizationRecord = {
		id: newId(),
		name,
		isPersonal,
		ownerId,
		members: new Set([ownerId]),
		balanceCents: STARTING_BALANCE_CENTS,
		tier: 'PRO',
		transactions: [],
	};
	core.state.organizations.set(organization.id, organization);
	return organization;
}

function sharedOrganization(core: Core, name: string, userId: string): OrganizationRecord {
	const known = [...core.state.organizations.values()].find(
		(one) => !one.isPersonal && one.name === name,
	);
	known?.members.add(userId);
	return known ?? addOrganization(core, name, userId, false);
}

/** Makes a user with a personal organization, and perhaps membership in a shared one. */
export function createAccount(core: Core, options: AccountOptions = {}): Account {
	const id = newId();
	const name = options.name ?? `Person ${core.state.users.size + 1}`;
	const personal = addOrganization(core, `${name}'s organization`, id, true);
	const user: UserRecord = {
		id,
		name,
		email: options.email ?? `${id}@people.example`,
		timezone: options.timezone ?? null,
		personalOrganizationId: personal.id,
		profile: null,
	};
	core.state.users.set(id, user);
	const shared = options.organization;
	const organization = shared === undefined ? personal : sharedOrganization(core, shared, id);
	return new AccountHandle(core, user, organization);
}

class AccountHandle implements Account {
	readonly userId: string;
	readonly organizationId: string;

	constructor(
		private readonly core: Core,
		private readonly user: UserRecord,
		private readonly organization: OrganizationRecord,
	) {
		this.userId = user.id;
		this.organizationId = organization.id;
	}

	get balance(): number {
		return this.organization.balanceCents;
	}

	set balance(cents: number) {
		this.organization.balanceCents = cents;
	}

	get tier(): Account['tier'] {
		return this.organization.tier;
	}

	set tier(tier: Account['tier']) {
		this.organization.tier = tier;
	}

	createKey: Account['createKey'] = (options = {}) => {
		const secret = newSecret('agpt_');
		this.core.state.keys.set(secret, {
			secret,
			kind: 'api_key',
			userId: this.userId,
			organizationId: options.personal ? this.user.personalOrganizationId : this.organizationId,
			teamId: options.teamId ?? null,
			scopes: [...(options.scopes ?? new Set([...SCOPES, ...V1_SCOPES]))],
			revoked: false,
			expiresAt: null,
		});
		return secret;
	};

	revokeKey(secret: string): void {
		const key = this.core.state.keys.get(secret);
		if (key) key.revoked = true;
	}

	createTeam(name = 'Team'): string {
		const id = newId();
		const { organizationId } = this;
		this.core.state.teams.set(id, { id, name, organizationId, members: new Set([this.userId]) });
		return id;
	}

	createAgent: Account['createAgent'] = (create, options = {}) => {
		const { graph, agent } = createGraph(this.core, this.owner(), create, options);
		return { agentId: agent.id, graphId: graph.id };
	};

	addCredential: Account['addCredential'] = (seed) =>
		addCredential(this.core, this.userId, seed).info;

	addFile: Account['addFile'] = (name, content, mimeType) => {
		const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
		const file = this.core.storage.addContent(this.userId, name, bytes, mimeType);
		return { ...fileView(file), file_uri: fileUri(file) };
	};

	runs = (): RunRecord[] =>
		[...this.core.state.runs.values()].filter((run) => run.userId === this.userId);

	run = (id: string): RunRecord => {
		const run = this.core.state.runs.get(id);
		if (!run || run.userId !== this.userId) throw new Error(`No run ${id}`);
		return run;
	};

	reviews: Account['reviews'] = () =>
		[...this.core.state.reviews.values()].filter((one) => one.userId === this.userId);

	files: Account['files'] = () => this.core.storage.of(this.userId);

	schedules: Account['schedules'] = () =>
		[...this.core.state.schedules.values()].filter((one) => one.userId === this.userId);

	pauseSchedule(id: string): void {
		const schedule = this.core.state.schedules.get(id);
		if (!schedule) throw new Error(`No schedule ${id}`);
		schedule.paused = true;
		schedule.cancel();
	}

	startRun: Account['startRun'] = (agentId, inputs = {}, options = {}) => {
		const agent = this.core.state.agents.get(agentId);
		const graph = this.core.state.graphs.get(agent?.graphId ?? '');
		if (!agent || !graph) throw new Error(`No library agent ${agentId}`);
		const version = versionOf(graph, agent.graphVersion);
		const chosen = options.credentials ?? {};
		return this.core.runner.start({
			owner: this.owner(),
			graph,
			version,
			agentId,
			inputs: coerceInputs(version, inputs),
			credentials: chosenCredentials(this.core, this.userId, version, chosen),
			createdAt: options.createdAt,
		}).id;
	};

	setRunStatus: Account['setRunStatus'] = (id, status) =>
		this.core.runner.setStatus(this.run(id), status);

	finishRun: Account['finishRun'] = (id, status = 'COMPLETED', outputs = {}) => {
		const run = this.run(id);
		if (run.startedAt === null) this.core.runner.setStatus(run, 'RUNNING');
		Object.assign(run.outputs, outputs);
		this.core.runner.setStatus(run, status);
	};

	requestReview: Account['requestReview'] = (runId, review = {}) => {
		const run = this.run(runId);
		const graph = this.core.state.graphs.get(run.graphId);
		const { payload = null, instructions = null, editable = true } = review;
		const nodeId = graph?.versions.at(-1)?.nodes[0]?.id ?? newId();
		const asked = { payload, instructions, editable };
		const { nodeExecId } = this.core.runner.reviews.ask(run, newId(), nodeId, asked);
		if (run.startedAt === null) this.core.runner.setStatus(run, 'RUNNING');
		if (run.status !== 'REVIEW') this.core.runner.setStatus(run, 'REVIEW');
		return nodeExecId;
	};

	private owner(): Owned {
		return { userId: this.userId, organizationId: this.organizationId, teamId: null };
	}
}
