import type { Core, Reply } from './core.cts';

type Json = Record<string, unknown>;

const RUN: ReadonlyArray<readonly [name: string, earlier: string]> = [
	['inputs', 'input_data'],
	['outputs', 'output_data'],
	['credentials_inputs', 'credentials'],
	['cost_cents', 'cost'],
	['duration_seconds', 'duration'],
];

function inEarlierWords(row: object): Json {
	const fields: Json = { ...row };
	for (const [name, earlier] of RUN) {
		if (!Object.hasOwn(fields, name)) continue;
		fields[earlier] = fields[name];
		delete fields[name];
	}
	if (Array.isArray(fields.node_executions)) {
		fields.node_executions = (fields.node_executions as object[]).map(inEarlierWords);
	}
	return fields;
}

/** A run, or a page of runs, with the names that its fields had in spring (section 1). */
export function asEarlier({ mode }: Core, reply: Reply): Reply {
	if (mode.runFieldNames === 'new') return reply;
	const body = reply.body as Json;
	const items = Array.isArray(body.items) ? (body.items as object[]) : undefined;
	const told = items ? { ...body, items: items.map(inEarlierWords) } : inEarlierWords(body);
	return { ...reply, body: told };
}

/** What of a start such a server understands: `inputs` is an unknown field to it. */
export function startBodyOf<T extends object>({ mode }: Core, body: T): T {
	if (mode.runFieldNames === 'new') return body;
	const { input_data: inputs } = body as Json;
	return { ...body, inputs };
}
