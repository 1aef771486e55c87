import { isObject, type JsonObject } from '../util/json';
import { endpoints, type EndpointName } from './endpoints';

const SUBJECTS: Readonly<Record<string, string>> = {
	me: 'the account',
	blocks: 'blocks',
	graphs: 'graphs',
	library: 'the library',
	runs: 'runs',
	schedules: 'schedules',
	files: 'files',
	integrations: 'integration credentials',
	marketplace: 'the marketplace',
	credits: 'credits',
	search: 'search',
};

/** A path without a server's prefix, and without the names of its placeholders. */
function plainPath(path: string): string {
	return path
		.replace(/^.*\/v2(?=\/)/, '')
		.replace(/\{[^}]*\}/g, '{}')
		.replace(/\/$/, '');
}

/** Whether an `openapi.json` is of an API v2, whose operations are worth looking for. */
function isOfV2(paths: ReadonlySet<string>): boolean {
	return paths.has('GET /runs') && paths.has('GET /library/agents');
}

/**
 * The operations of the contract that a server's own description lacks; undefined when the
 * description is none of an API v2 (contract: behaviour.md section 1).
 *
 * @param description parsed `openapi.json`
 */
export function lackingEndpoints(description: unknown): readonly EndpointName[] | undefined {
	if (!isObject(description) || !isObject(description.paths)) return undefined;
	const described = new Set<string>();
	for (const [path, item] of Object.entries(description.paths)) {
		const methods = isObject(item) ? Object.keys(item) : [];
		for (const method of methods) described.add(`${method.toUpperCase()} ${plainPath(path)}`);
	}
	if (!isOfV2(described)) return undefined;
	const names = Object.keys(endpoints) as EndpointName[];
	return names.filter((name) => {
		const { method, path } = endpoints[name];
		return !described.has(`${method} ${plainPath(path)}`);
	});
}

/** What operations are about, in words and each once, for example `schedules, files`. */
export function subjectsOf(names: readonly EndpointName[]): string {
	const words = names.map((name) => {
		const [, segment = ''] = endpoints[name].path.split('/');
		return SUBJECTS[segment] ?? segment;
	});
	return [...new Set(words)].join(', ');
}

/** What a description says of the first path that matches. */
function pathIn(description: unknown, path: RegExp): JsonObject | undefined {
	const paths = isObject(description) && isObject(description.paths) ? description.paths : {};
	const item = paths[Object.keys(paths).find((name) => path.test(name)) ?? ''];
	return isObject(item) ? item : undefined;
}

const START_PATH = /\/library\/agents\/\{\w+\}\/runs$/;

/** Whether an operation of an OpenAPI document takes the header, in place or by reference. */
function takesKey(operation: unknown): boolean {
	const parameters = isObject(operation) ? operation.parameters : undefined;
	if (!Array.isArray(parameters)) return false;
	return parameters.filter(isObject).some(({ name, $ref }) => {
		const known = typeof name === 'string' ? name : String($ref ?? '').replace(/^.*\//, '');
		return /^idempotency-?key$/i.test(known);
	});
}

/**
 * Whether the start of a run takes an idempotency key: only as a parameter of the start it counts,
 * since descriptions may speak of it anywhere.
 */
export function takesStartKeys(description: unknown): boolean {
	const path = pathIn(description, START_PATH);
	return takesKey(path) || takesKey(path?.post);
}

/** What a `$ref` within a description stands for; anything else as it is. */
function resolved(description: unknown, value: unknown): unknown {
	const ref = isObject(value) && typeof value.$ref === 'string' ? value.$ref : undefined;
	if (ref === undefined) return value;
	return ref
		.split('/')
		.slice(1)
		.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), description);
}

/** Whether the start of a run takes its inputs under the name that they had on early servers. */
export function startsByEarlierNames(description: unknown): boolean {
	const start = pathIn(description, START_PATH)?.post;
	const body = isObject(start) ? resolved(description, start.requestBody) : undefined;
	const content = isObject(body) ? body.content : undefined;
	const json = isObject(content) ? content['application/json'] : undefined;
	const schema = resolved(description, isObject(json) ? json.schema : undefined);
	const fields = isObject(schema) ? schema.properties : undefined;
	return (
		isObject(fields) && !Object.hasOwn(fields, 'inputs') && Object.hasOwn(fields, 'input_data')
	);
}

/** Whether a server describes its list of runs, and no filter by time for it. */
export function ignoresRunDates(description: unknown): boolean {
	const list = pathIn(description, /(?<!\})\/runs$/)?.get;
	if (!isObject(list)) return false;
	const parameters: unknown[] = Array.isArray(list.parameters) ? list.parameters : [];
	const names = parameters.map((one) => {
		const parameter = resolved(description, one);
		return isObject(parameter) ? parameter.name : undefined;
	});
	return !names.includes('started_after') && !names.includes('started_before');
}
