import type { Core } from './core.cts';
import { isFinal } from './runner.cts';
import type {
	AgentRecord,
	GraphRecord,
	GraphVersion,
	ReviewRecord,
	RunRecord,
	ScheduleRecord,
} from './state.cts';
import type { Schemas } from './types.cts';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

function inOtherForm(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(String);
	return typeof value === 'number' ? String(value) : value;
}

/** The inputs of a run as servers show them: as they were sent, in another form, or not at all. */
export function shownInputs({ mode }: Core, inputs: RunRecord['inputs']): Schemas['Run']['inputs'] {
	if (mode.shownInputs === 'none') return null;
	if (mode.shownInputs === 'asSent') return inputs;
	return Object.fromEntries(
		Object.entries(inputs).map(([name, value]) => [name, inOtherForm(value)]),
	);
}

/** A run as lists and writes show it: no outputs, no time of creation (section 9). */
export function runView(run: RunRecord): Schemas['Run'] {
	const ended = isFinal(run);
	return {
		id: run.id,
		graph_id: run.graphId,
		graph_version: run.graphVersion,
		status: run.status,
		started_at: iso(run.startedAt),
		ended_at: iso(run.endedAt),
		inputs: run.inputs,
		credentials_inputs: run.credentials,
		preset_id: null,
		is_shared: run.shareToken !== null,
		share_token: run.shareToken,
		cost_cents: ended ? run.costCents : 0,
		duration_seconds: ended ? run.durationSeconds : 0,
		node_exec_count: ended ? run.nodeExecutions.length : 0,
		correctness_score: null,
		organization_id: run.organizationId,
		team_id: run.teamId,
	};
}

/** A single run, with outputs and node executions. */
export function runDetailsView(run: RunRecord): Schemas['RunDetails'] {
	return {
		...runView(run),
		outputs: run.outputs,
		node_executions: run.nodeExecutions.map((execution) => ({
			node_id: execution.nodeId,
			status: execution.status,
			inputs: execution.inputs,
			outputs: execution.outputs,
			started_at: iso(execution.startedAt),
			ended_at: iso(execution.endedAt),
		})),
	};
}

export function reviewView(review: ReviewRecord, run: RunRecord): Schemas['Review'] {
	return {
		node_exec_id: review.nodeExecId,
		run_id: run.id,
		graph_id: run.graphId,
		graph_version: run.graphVersion,
		payload: review.result ?? null,
		instructions: review.instructions,
		editable: review.editable,
		status: review.status,
		requested_at: review.requestedAt.toISOString(),
		reviewed_at: iso(review.reviewedAt),
		processed: review.processed,
		reviewer_comment: review.comment,
	};
}

export function graphMetaView(graph: GraphRecord, version: GraphVersion): Schemas['GraphMeta'] {
	return {
		id: graph.id,
		version: version.version,
		is_active: version.version === graph.activeVersion,
		name: version.name,
		description: version.description,
		instructions: null,
		recommended_schedule_cron: null,
		created_at: version.createdAt.toISOString(),
		forked_from_id: graph.forkedFrom?.id ?? null,
		forked_from_version: graph.forkedFrom?.version ?? null,
		organization_id: graph.organizationId,
		team_id: graph.teamId,
	};
}

export function graphView(graph: GraphRecord, version: GraphVersion): Schemas['Graph'] {
	return {
		...graphMetaView(graph, version),
		nodes: version.nodes,
		links: version.links,
		input_schema: version.inputSchema,
		output_schema: version.outputSchema,
		credentials_input_schema: version.credentialsSchema,
	};
}

/** A library agent; lists leave the schemas empty (section 11). */
export function agentView(
	core: Core,
	agent: AgentRecord,
	withSchemas: boolean,
): Schemas['LibraryAgent'] {
	const graph = core.state.graphs.get(agent.graphId);
	const version = graph?.versions.find((one) => one.version === agent.graphVersion);
	if (!graph || !version) throw new Error(`Agent ${agent.id} has no graph`);
	const owner = core.state.users.get(graph.userId);
	const newest = Math.max(...graph.versions.map((one) => one.version));
	const changed = Math.max(agent.updatedAt.getTime(), version.createdAt.getTime());
	return {
		id: agent.id,
		graph_id: agent.graphId,
		graph_version: agent.graphVersion,
		name: version.name,
		description: version.description,
		is_favorite: agent.isFavorite,
		can_access_graph: graph.userId === agent.userId,
		is_latest_version: agent.graphVersion === newest,
		image_url: null,
		creator_name: owner?.name ?? 'Unknown',
		input_schema: withSchemas ? version.inputSchema : {},
		output_schema: withSchemas ? version.outputSchema : {},
		trigger_setup_info: graph.trigger,
		recommended_schedule_cron: null,
		folder_id: agent.folderId,
		folder_name: core.state.folders.get(agent.folderId ?? '')?.name ?? null,
		created_at: agent.createdAt.toISOString(),
		updated_at: new Date(changed).toISOString(),
		organization_id: agent.organizationId,
		team_id: agent.teamId,
	};
}

export function scheduleView(schedule: ScheduleRecord): Schemas['Schedule'] {
	return {
		id: schedule.id,
		name: schedule.name,
		graph_id: schedule.graphId,
		graph_version: schedule.graphVersion,
		cron: schedule.cron,
		timezone: schedule.timezone,
		inputs: schedule.inputs,
		next_run_time: schedule.paused ? null : schedule.nextRunTime,
	};
}
