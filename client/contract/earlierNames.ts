import { isObject, type JsonObject } from '../util/json';
import { endpoints, type Endpoint } from './endpoints';

/** How fields of a run were called on servers of spring and summer (contract: behaviour.md section 1). */
const EARLIER_NAMES: ReadonlyArray<readonly [earlier: string, name: string]> = [
	['input_data', 'inputs'],
	['output_data', 'outputs'],
	['credentials', 'credentials_inputs'],
	['agent_credentials', 'credentials_inputs'],
	['cost', 'cost_cents'],
	['duration', 'duration_seconds'],
];
const OF_RUNS: readonly Endpoint[] = [
	endpoints.getRun,
	endpoints.listRuns,
	endpoints.startAgentRun,
	endpoints.stopRun,
];

function renamed(row: unknown): unknown {
	if (!isObject(row)) return row;
	const fields: JsonObject = { ...row };
	for (const [earlier, name] of EARLIER_NAMES) {
		if (!Object.hasOwn(fields, earlier) || Object.hasOwn(fields, name)) continue;
		fields[name] = fields[earlier];
		delete fields[earlier];
	}
	return fields;
}

/**
 * An answer about runs with the names that its fields have now, whatever the server calls them.
 *
 * @param body parsed JSON
 */
export function withPresentNames(endpoint: Endpoint, body: unknown): unknown {
	if (!OF_RUNS.includes(endpoint) || !isObject(body)) return body;
	if (Array.isArray(body.items)) return { ...body, items: body.items.map(renamed) };
	const run = renamed(body);
	if (!isObject(run) || !Array.isArray(run.node_executions)) return run;
	return { ...run, node_executions: run.node_executions.map(renamed) };
}
