import { addAgent, versionOf } from '../agents-store.cts';
import { requirementsOf } from '../credentials.cts';
import { newId } from '../ids.cts';
import { coerceInputs } from '../inputs.cts';
import { approvedOf, findListing, listingView } from '../listings.cts';
import { isOwn, ownerOf } from '../ownership.cts';
import type { GraphRecord, GraphVersion, SubmissionRecord } from '../state.cts';
import type { Schemas } from '../types.cts';
import { done, type V1Call, type V1Handlers, type V1Reply, type V1Schemas } from './call.cts';

const MOST_FOUND = 5;

function replyWith(type: string, message: string, more: object): V1Reply {
	return done({ type, message, session_id: newId(), ...more });
}

function refused(message: string, error: string): V1Reply {
	return replyWith('error', message, { execution_id: null, error, details: null });
}

function listingOf({ core }: V1Call, name: string): SubmissionRecord | undefined {
	const [username, slug] = name.split('/');
	return findListing(core, username, slug);
}

interface Target {
	graph: GraphRecord;
	version: GraphVersion;
	name: string;
}

function graphOf(call: V1Call, record: SubmissionRecord): Target {
	const { graph_id: id, name } = record.submission;
	const graph = call.core.state.graphs.get(id);
	if (!graph) throw new Error(`No graph ${id}`);
	return { graph, version: versionOf(graph), name };
}

/** The credentials that the user has for the agent, chosen without a question. */
function credentialsFor(call: V1Call, { version }: Target) {
	const rows = requirementsOf(call.core, call.principal.user.id, version);
	const fields = [...new Set(rows.map(({ field_name }) => field_name))];
	const chosen: Record<string, Schemas['CredentialReference']> = {};
	const missing: Record<string, object> = {};
	for (const field of fields) {
		const own = rows.filter(({ field_name }) => field_name === field);
		const [stored] = own.flatMap(({ matching_credentials }) => matching_credentials);
		if (stored) {
			const { id, provider, type, title } = stored;
			chosen[field] = { id, provider, type, title };
		} else {
			missing[field] = { provider: own[0]?.provider, type: own[0]?.supported_types[0] };
		}
	}
	return { chosen, missing };
}

/** What stands in the way of a start, in the server's order (v1.md section 7). */
function obstacle(call: V1Call, target: Target, body: V1Schemas['RunAgent']): V1Reply | undefined {
	const { graph, version, name } = target;
	const { properties = {}, required = [] } = version.inputSchema;
	const inputs = body.inputs ?? {};
	const which = { graph_id: graph.id, graph_version: version.version };
	const unknown = Object.keys(inputs).filter((one) => !Object.hasOwn(properties, one));
	if (unknown.length > 0) {
		return replyWith('input_validation_error', 'An input is unknown.', {
			unrecognized_fields: unknown,
			inputs: version.inputSchema,
			...which,
		});
	}
	const { missing } = credentialsFor(call, target);
	if (Object.keys(missing).length > 0) {
		return replyWith('setup_requirements', 'A credential is missing.', {
			...which,
			setup_info: {
				agent_id: graph.id,
				agent_name: name,
				requirements: { credentials: Object.values(missing), inputs: [], execution_modes: [] },
				user_readiness: {
					has_all_credentials: false,
					missing_credentials: missing,
					ready_to_run: false,
				},
			},
		});
	}
	const lacks = required.some((one) => inputs[one] === undefined || inputs[one] === null);
	const givesNone = Object.keys(inputs).length === 0 && Object.keys(properties).length > 0;
	if (body.use_defaults || !(lacks || givesNone)) return undefined;
	return replyWith('agent_details', 'Inputs are needed.', {
		...which,
		user_authenticated: true,
		agent: {
			id: graph.id,
			name,
			description: version.description,
			in_library: false,
			inputs: version.inputSchema,
			credentials: [],
			execution_options: { manual: true, scheduled: true, webhook: false },
			trigger_info: null,
		},
	});
}

function libraryAgentOf({ core, principal }: V1Call, graph: GraphRecord): string {
	const known = [...core.state.agents.values()].find(
		(agent) => agent.graphId === graph.id && isOwn(principal, agent),
	);
	return (known ?? addAgent(core, ownerOf(principal), graph)).id;
}

function start(call: V1Call, target: Target, body: V1Schemas['RunAgent']): V1Reply {
	const { core, principal } = call;
	const { graph, version, name } = target;
	const agentId = libraryAgentOf(call, graph);
	const inputs = coerceInputs(version, body.inputs ?? {});
	const { chosen: credentials } = credentialsFor(call, target);
	const owner = ownerOf(principal);
	const run = core.runner.start({ owner, graph, version, agentId, inputs, credentials });
	return replyWith('execution_started', 'Started.', {
		execution_id: run.id,
		graph_id: graph.id,
		graph_name: name,
		library_agent_id: agentId,
		library_agent_link: `/library/agents/${agentId}`,
		status: 'QUEUED',
		saved_preset_id: null,
	});
}

export const tools: Pick<V1Handlers, 'findAgent' | 'runMarketplaceAgent'> = {
	findAgent: (call) => {
		const { query } = call.body as V1Schemas['FindAgent'];
		if (query.trim() === '') return refused('What is looked for?', 'empty_query');
		const found = approvedOf(call.core)
			.map((record) => listingView(call.core, record))
			.filter(({ name, description }) =>
				`${name} ${description}`.toLowerCase().includes(query.toLowerCase()),
			)
			.slice(0, MOST_FOUND);
		if (found.length === 0)
			return replyWith('no_results', 'Nothing was found.', { suggestions: [] });
		const agents = found.map(({ name, description, creator, slug, rating, runs }) => ({
			id: `${creator}/${slug}`,
			name,
			description,
			source: 'marketplace',
			in_library: false,
			creator,
			rating,
			runs,
		}));
		const title = `Found ${agents.length} agents for '${query}'`;
		return replyWith('agents_found', 'Some options were found.', {
			title,
			count: agents.length,
			agents,
		});
	},

	runMarketplaceAgent: (call) => {
		const body = call.body as V1Schemas['RunAgent'];
		const { cron, schedule_name: schedule, username_agent_slug: name } = body;
		const record = listingOf(call, name);
		if (!record) return refused(`There is no agent ${name}`, 'not_found');
		const target = graphOf(call, record);
		const reply = obstacle(call, target, body);
		if (reply) return reply;
		if (cron && !schedule) return refused('A schedule needs a name', 'missing_schedule_name');
		if (schedule) return refused('Schedules are not made here', 'not_supported');
		return start(call, target, body);
	},
};
