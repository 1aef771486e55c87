import { isObject } from '../util/json';
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
