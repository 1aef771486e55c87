import { createGraph } from '../agents-store.cts';
import { ApiError } from '../errors.cts';
import { credentialSlots } from '../graphs.cts';
import { newId } from '../ids.cts';
import { coerceInputs } from '../inputs.cts';
import { allNodes } from '../nesting.cts';
import { isOwn, ownerOf } from '../ownership.cts';
import type { GraphRecord, GraphVersion, RunRecord } from '../state.cts';
import type { GraphCreate } from '../types.cts';
import { graphView } from '../views.cts';
import { done, type V1Call, type V1Handlers, type V1Schemas } from './call.cts';
import { DetailError, garbled, SilentError } from './errors.cts';

/** Whatever is wrong with a start is a 400 in prose (v1.md section 5). */
function refuse(text: string): never {
	throw new DetailError(400, garbled(text));
}

function startable(call: V1Call): { graph: GraphRecord; version: GraphVersion } {
	const { core, generation, params, principal } = call;
	const id = params.graph_id ?? '';
	const graph = core.state.graphs.get(id);
	if (!graph) refuse(`No graph #${id}`);
	if (generation === 'V7' && graph.organizationId !== principal.organization.id) {
		throw new DetailError(404, `The key cannot reach graph #${id}`);
	}
	const agent = [...core.state.agents.values()].find(
		(one) => one.graphId === id && one.userId === principal.user.id,
	);
	if (!agent) refuse(`The library does not hold graph #${id}`);
	const number = Number(params.graph_version);
	const version = graph.versions.find((one) => one.version === number);
	const isReachable = graph.userId === principal.user.id || agent.graphVersion === number;
	if (!version || !isReachable) refuse(`The library does not hold graph #${id} v${number}`);
	if (graph.trigger) refuse('This agent is started by a webhook only');
	return { graph, version };
}

/** Credentials cannot be passed, so that a graph which needs one cannot be started. */
function checkCredentials(call: V1Call, version: GraphVersion): void {
	const slots = credentialSlots(allNodes(call.core, version));
	const missing = slots.filter(({ optional }) => !optional);
	if (missing.length === 0) return;
	const lines = missing.map(({ field }) => `  ${field}: a credential is missing`);
	refuse(`Graph validation failed:\n${lines.join('\n')}`);
}

/** Unknown names are dropped, nothing is missed; values are converted or refused. */
function inputsOf(version: GraphVersion, given: Record<string, unknown>): Record<string, unknown> {
	const names = Object.keys(version.inputSchema.properties ?? {});
	const known = Object.entries(given).filter(([name]) => names.includes(name));
	try {
		return coerceInputs(version, Object.fromEntries(known));
	} catch (error) {
		if (error instanceof ApiError) return refuse(error.message);
		throw error;
	}
}

function resultOf(call: V1Call): RunRecord {
	const { core, generation, params, principal } = call;
	const id = params.graph_exec_id ?? '';
	const run = core.state.runs.get(id);
	if (!run || run.deleted || run.userId !== principal.user.id) {
		throw new DetailError(404, `No run #${id}`);
	}
	if (generation === 'V7' && run.graphId !== params.graph_id) {
		throw new DetailError(404, `No run #${id}`);
	}
	if (!core.state.graphs.has(params.graph_id ?? '')) {
		throw new DetailError(404, `No graph #${params.graph_id}`);
	}
	return run;
}

function nodesOf({ core }: V1Call, run: RunRecord): V1Schemas['NodeResult'][] {
	const version = core.state.graphs
		.get(run.graphId)
		?.versions.find((one) => one.version === run.graphVersion);
	const outputs = new Set(Object.keys(version?.outputSchema.properties ?? {}));
	return run.nodeExecutions.map(({ nodeId, inputs, outputs: given }) => {
		const name = inputs.name;
		const isOutput = typeof name === 'string' && outputs.has(name) && 'output' in given;
		return {
			node_id: nodeId,
			input: 'value' in inputs ? inputs.value : inputs,
			output: isOutput ? { ...given, name: [name] } : given,
		};
	});
}

/** One object for each value; only texts fit the declared answer (v1.md section 6). */
function outputOf({ outputs, status }: RunRecord): Record<string, string>[] | null {
	if (status !== 'COMPLETED') return null;
	return Object.entries(outputs).flatMap(([name, values]) =>
		values.map((value) => {
			if (typeof value !== 'string') throw new SilentError('an output is no text');
			return { [name]: value };
		}),
	);
}

export const graphs: Pick<V1Handlers, 'createGraph' | 'executeGraph' | 'getGraphResults'> = {
	createGraph: (call) => {
		const { core, principal } = call;
		const sent = call.body as Partial<GraphCreate> & V1Schemas['GraphCreate'];
		const nodes = (sent.nodes ?? []).map((node) => ({ ...node, id: node.id ?? newId() }));
		const links = (sent.links ?? []).map((link) => ({ ...link, id: link.id ?? newId() }));
		const create = { ...sent, nodes, links } as unknown as GraphCreate;
		try {
			const { graph } = createGraph(core, ownerOf(principal), create);
			const [version] = graph.versions;
			if (!version) throw new SilentError('no version');
			return done(
				{
					...graphView(graph, version),
					user_id: graph.userId,
					sub_graphs: [],
					has_external_trigger: false,
					has_human_in_the_loop: false,
					has_sensitive_action: false,
					trigger_setup_info: null,
				},
				201,
			);
		} catch (error) {
			if (error instanceof ApiError) throw new SilentError(error.message);
			throw error;
		}
	},

	executeGraph: (call) => {
		const { core, principal } = call;
		const { graph, version } = startable(call);
		checkCredentials(call, version);
		const { node_input = {} } = call.body as V1Schemas['ExecuteGraph'];
		const run = core.runner.start({
			owner: ownerOf(principal),
			graph,
			version,
			agentId: agentIdOf(call, graph.id),
			inputs: inputsOf(version, node_input),
			credentials: {},
		});
		// The balance is not looked at: an empty one ends the run.
		if (principal.organization.balanceCents <= 0) failForBalance(call, run);
		return done({ id: run.id });
	},

	getGraphResults: (call) => {
		const run = resultOf(call);
		const { id, status } = run;
		const output = outputOf(run);
		return done({ execution_id: id, status, nodes: nodesOf(call, run), output });
	},
};

function agentIdOf({ core, principal }: V1Call, graphId: string): string | null {
	const agents = [...core.state.agents.values()];
	return agents.find((one) => one.graphId === graphId && isOwn(principal, one))?.id ?? null;
}

function failForBalance({ core }: V1Call, run: RunRecord): void {
	const now = core.clock.now();
	run.nodeExecutions.push({
		id: newId(),
		nodeId: newId(),
		status: 'FAILED',
		inputs: {},
		outputs: { error: ['The balance is used up'] },
		startedAt: now,
		endedAt: now,
	});
	core.runner.setStatus(run, 'FAILED');
}
