import { asArray, asObject, asText, isObject, type JsonObject } from './json.cts';

/** One item as a node put it out. */
export interface OutputItem {
	json: JsonObject;
	binary?: JsonObject;
	pairedItem?: unknown;
	error?: JsonObject;
}

/** One time that a node ran within an execution. */
export interface NodeRun {
	status: string;
	milliseconds: number;
	/** The items of each output, the first output first. */
	outputs: OutputItem[][];
	error?: JsonObject;
	/** Hints that the node gave the user about this run. */
	hints: unknown[];
}

/** An execution with what its nodes returned. */
export interface Execution {
	id: string;
	status: string;
	mode: string;
	workflowId: string;
	retryOf?: string;
	error?: JsonObject;
	/** Every run of every node, by the node's name. */
	nodes: Record<string, NodeRun[]>;
	/** All that n8n stored, for what the fields above leave out. */
	data: JsonObject;
}

/** One line of the list of executions. */
export interface ExecutionSummary {
	id: string;
	status: string;
	mode: string;
	workflowId: string;
}

const UNFINISHED = new Set(['new', 'running', 'waiting', 'unknown']);

/**
 * Whether an execution is over and its data are stored. One that n8n has parked is not over; and
 * n8n 1.123 stores the status before the data.
 */
export function isStored(execution: Execution): boolean {
	const lacksData = execution.status === 'success' && Object.keys(execution.nodes).length === 0;
	return isFinished(execution) && !lacksData;
}

/** Whether an execution is over. One that n8n has parked is not. */
export function isFinished(execution: ExecutionSummary | Execution): boolean {
	return !UNFINISHED.has(execution.status);
}

/** Reads an entry of `GET /rest/executions`. */
export function readSummary(value: unknown): ExecutionSummary {
	const entry = asObject(value, 'execution');
	return {
		id: asText(entry.id, 'execution: id'),
		status: asText(entry.status, 'execution: status'),
		mode: asText(entry.mode, 'execution: mode'),
		workflowId: asText(entry.workflowId, 'execution: workflowId'),
	};
}

/** Reads the answer of `GET /rest/executions/:id`, whose data n8n stores flattened. */
export async function readExecution(value: unknown): Promise<Execution> {
	const { parse: unflatten } = await import('flatted');
	const answer = asObject(value, 'execution');
	const stored = answer.data;
	const unflattened: unknown = typeof stored === 'string' ? unflatten(stored) : stored;
	// An execution that has only just been started has no data yet.
	const data = isObject(unflattened) ? unflattened : {};
	const result = isObject(data.resultData) ? data.resultData : {};
	const runs = isObject(result.runData) ? result.runData : {};
	const nodes = Object.entries(runs).map(([name, list]) => [
		name,
		asArray(list, `runs of ${name}`).map(readNodeRun),
	]);
	return {
		...readSummary(answer),
		retryOf: typeof answer.retryOf === 'string' ? answer.retryOf : undefined,
		error: isObject(result.error) ? result.error : undefined,
		nodes: Object.fromEntries(nodes),
		data,
	};
}

function readNodeRun(value: unknown): NodeRun {
	const run = asObject(value, 'node run');
	const main = isObject(run.data) && Array.isArray(run.data.main) ? run.data.main : [];
	return {
		status: typeof run.executionStatus === 'string' ? run.executionStatus : 'unknown',
		milliseconds: typeof run.executionTime === 'number' ? run.executionTime : 0,
		// An output that got nothing is stored as null.
		outputs: main.map((items: unknown) => (Array.isArray(items) ? items.map(readItem) : [])),
		error: isObject(run.error) ? run.error : undefined,
		hints: Array.isArray(run.hints) ? run.hints : [],
	};
}

function readItem(value: unknown): OutputItem {
	const item = asObject(value, 'item');
	return {
		json: asObject(item.json, 'item: json'),
		...(isObject(item.binary) && { binary: item.binary }),
		...(item.pairedItem !== undefined && { pairedItem: item.pairedItem }),
		...(isObject(item.error) && { error: item.error }),
	};
}
