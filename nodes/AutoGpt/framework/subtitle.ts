import type { Resource } from './operation';

/** Fields that name what an operation is about, the one that says most first. */
const THINGS = [
	'agentId',
	'blockId',
	'marketplaceAgent',
	'graphId',
	'reviewId',
	'runId',
	'scheduleId',
	'fileId',
	'folderId',
	'submissionId',
	'creator',
];

/**
 * What the canvas shows below the node: the operation, and the name of what was picked from a list,
 * or else the resource. `$parameter` gives only the ID of what was picked; its JSON has the name.
 */
export function subtitleOf(resources: Resource[]): string {
	const operations = Object.fromEntries(
		resources.flatMap(({ operations: all }) => all.map(({ value, name }) => [value, name])),
	);
	const kinds = Object.fromEntries(resources.map(({ value, name }) => [value, name]));
	const operation = `((${JSON.stringify(operations)})[$parameter["operation"]] ?? $parameter["operation"])`;
	const thing = `(${JSON.stringify(THINGS)}).map((name) => ($parameter.toJSON()[name] ?? {}).cachedResultName).find(Boolean)`;
	const kind = `((${JSON.stringify(kinds)})[$parameter["resource"]] ?? $parameter["resource"])`;
	return `={{ ${operation} + ": " + (${thing} ?? ${kind}) }}`;
}
