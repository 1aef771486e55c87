import type { GraphVersion, V1Answer } from '../contract/calls';
import type { NodeExecution, Run, RunDetails, RunStatus } from '../contract/types';
import { PlatformError, type PlatformFault } from '../errors/platformError';
import type { JsonObject } from '../util/json';
import { isObject } from '../util/json';
import { explainLack, UNTOLD, type Adapter, type V1Server } from './server';
import { pause } from '../process/pause';

type Results = V1Answer<'getGraphResults'>;
type NodeResult = Results['nodes'][number];

const STATUSES: readonly RunStatus[] = [
	'INCOMPLETE',
	'QUEUED',
	'RUNNING',
	'COMPLETED',
	'TERMINATED',
	'FAILED',
	'REVIEW',
];
const FINAL: readonly string[] = ['COMPLETED', 'FAILED', 'TERMINATED'];
/** After so many faults in a row, so far apart, a run is taken to be past reading. */
const FAULTS = 3;
const PAUSE_AFTER_FAULT_MS = 5_000;
/** The oldest servers report the status of the last block (contract: v1.md section 1, V2). */
const PAUSE_BEFORE_SECOND_LOOK_MS = 2_000;

/** The last good results of runs that are waited for, by run. */
class LastResults {
	readonly byRun = new Map<string, Results>();
}

/** One status that is not known counts as a run that goes on. */
function statusOf(text: string): RunStatus {
	return STATUSES.find((one) => one === text) ?? 'RUNNING';
}

/** `[{"headline":"A"},{"headline":"B"}]` as `{"headline":["A","B"]}` (section 6). */
function byName(output: ReadonlyArray<Readonly<JsonObject>>): Record<string, unknown[]> {
	const values = new Map<string, unknown[]>();
	for (const [name, value] of output.flatMap((entry) => Object.entries(entry))) {
		const known = values.get(name);
		if (known) known.push(value);
		else values.set(name, [value]);
	}
	return Object.fromEntries(values);
}

/** What output blocks returned, from their own executions: values of any kind. */
function savedOutputs(nodes: readonly NodeResult[]): Record<string, unknown[]> {
	return byName(
		nodes.flatMap(({ output }) => {
			const names: unknown = output.name;
			const values: unknown = output.output;
			if (!Array.isArray(names) || !Array.isArray(values)) return [];
			return values.flatMap((value: unknown, index) => {
				const name: unknown = names[index] ?? names[0];
				return typeof name === 'string' ? [{ [name]: value }] : [];
			});
		}),
	);
}

/** API v1 tells no status of a block; one that failed has put its message under `error`. */
function statusOfBlock(output: NodeResult['output']): RunStatus {
	if ('error' in output) return 'FAILED';
	return Object.keys(output).length > 0 ? 'COMPLETED' : 'INCOMPLETE';
}

function executionOf({ node_id, input, output }: NodeResult): NodeExecution {
	return {
		node_id,
		status: statusOfBlock(output),
		inputs: isObject(input) ? input : { value: input },
		outputs: output,
		started_at: null,
		ended_at: null,
	};
}

/** A run as API v2 shows it, with as much as API v1 tells of one that was started. */
export function startedRun(
	id: string,
	{ graphId, graphVersion }: GraphVersion,
	status: RunStatus,
): Run {
	return {
		id,
		graph_id: graphId,
		graph_version: graphVersion ?? UNTOLD,
		status,
		started_at: null,
		ended_at: null,
		inputs: null,
		credentials_inputs: null,
		preset_id: null,
		is_shared: false,
		share_token: null,
		cost_cents: UNTOLD,
		duration_seconds: UNTOLD,
		node_exec_count: UNTOLD,
		correctness_score: null,
		organization_id: null,
		team_id: null,
	};
}

/** A run with what its results tell. */
function runOf(id: string, graph: GraphVersion, { nodes, output, status }: Results): RunDetails {
	return {
		...startedRun(id, graph, statusOf(status)),
		node_exec_count: nodes.length,
		outputs: output ? byName(output) : {},
		node_executions: nodes.map(executionOf),
	};
}

/** What to say of a run whose results cannot be had for good (section 6, text outputs only). */
function explainFaults(run: GraphVersion, runId: string, last: Results | undefined): PlatformFault {
	const probably = last
		? `Run '${runId}' has probably finished, but this AutoGPT cannot return its outputs`
		: `AutoGPT cannot return the results of run '${runId}'. Probably it has outputs that are not text, or the server has a fault`;
	return {
		message: probably,
		description:
			'The older API v1 returns no outputs that are not text. Put a block that makes text before each Agent Output, or update AutoGPT. The run itself is not affected: its outputs are in AutoGPT.',
		status: 500,
		outcome: 'unknown',
		pastReading: last
			? { lastSeen: { ...runOf(runId, run, last), outputs: savedOutputs(last.nodes) } }
			: {},
	};
}

/** Reads results until they come; after several faults in a row they are past reading. */
async function readResults(server: V1Server, runId: string, run: GraphVersion): Promise<Results> {
	const lastResults = server.session.of(LastResults).byRun;
	const path = { graph_id: run.graphId, graph_exec_id: runId };
	for (let faults = 0; ;) {
		await server.account.results.take(server.cancelSignal);
		const results = await server
			.call('getGraphResults', { path }, { takesFaults: true })
			.catch((error: unknown) => {
				if (error instanceof PlatformError && error.status === 500) return error;
				throw error;
			});
		if (!(results instanceof PlatformError)) {
			if (FINAL.includes(results.status)) lastResults.delete(runId);
			else lastResults.set(runId, results);
			return results;
		}
		faults += 1;
		if (faults >= FAULTS) {
			const last = lastResults.get(runId);
			lastResults.delete(runId);
			throw server.error(explainFaults(run, runId, last));
		}
		await pause(PAUSE_AFTER_FAULT_MS, server.cancelSignal);
	}
}

/** Runs that were read as COMPLETED and looked at once more. */
class ConfirmedEnds {
	readonly runs = new Set<string>();
}

async function confirmed(
	server: V1Server,
	runId: string,
	run: GraphVersion,
	results: Results,
): Promise<Results> {
	const ends = server.session.of(ConfirmedEnds).runs;
	if (results.status !== 'COMPLETED' || !server.mayEndEarly || ends.has(runId)) return results;
	await pause(PAUSE_BEFORE_SECOND_LOOK_MS, server.cancelSignal);
	const again = await readResults(server, runId, run);
	if (again.status === 'COMPLETED') ends.add(runId);
	return again;
}

/**
 * Reads a run by its graph (contract: v1.md section 6). It has the outputs that are text, and the
 * executions of its blocks; cost, times and inputs are not told.
 */
export const getRun: Adapter<'getRun'> = async (server, { graph, path }) => {
	const { run_id: runId } = path;
	const known = server.account.findRun(runId);
	const isKnown = !graph || graph.graphId === known?.graphId;
	const run = graph ? { ...(isKnown ? known : {}), ...graph } : known;
	if (!run) {
		throw server.error(
			explainLack({
				cannot: 'read a run without the graph that it ran',
				instead: `Add the option 'Graph' with the ID of that graph or its address in AutoGPT's builder, or look in AutoGPT (${server.connection.webUrl}).`,
			}),
		);
	}
	const first = await readResults(server, runId, run);
	const results = await confirmed(server, runId, run, first);
	server.account.noteRun(runId, run);
	return runOf(runId, run, results);
};
