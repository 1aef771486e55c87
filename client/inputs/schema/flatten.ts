import { sameJson } from '../../util/canonicalJson';
import { isObject, type JsonObject } from '../../util/json';

/** Keywords of a schema in which references and combinations have been resolved. */
export type FlatSchema = JsonObject;

/** More ways than that are taken for any value: a schema may multiply without end. */
const MOST_BRANCHES = 200;
/** So are more parts, of which a few lines can make millions by referring to each other. */
const MOST_PARTS = 5000;

/** The document to whose parts a schema refers, and how many more are read. */
interface Source {
	root: JsonObject;
	partsLeft: number;
}

function definitionAt(root: JsonObject, reference: string): unknown {
	if (reference !== '#' && !reference.startsWith('#/')) return undefined;
	const steps = reference.split('/').slice(1);
	return steps.reduce<unknown>((place, step) => {
		const name = decodeStep(step);
		if (Array.isArray(place)) return place[Number(name)] as unknown;
		return isObject(place) && Object.hasOwn(place, name) ? place[name] : undefined;
	}, root);
}

function decodeStep(step: string): string {
	const name = step.replace(/~1/g, '/').replace(/~0/g, '~');
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

/** A schema's own keywords, one schema for each of its types, with equal things named alike. */
function ownSchemas(schema: JsonObject): FlatSchema[] {
	const { const: only, pattern, type, ...rest } = schema;
	const own: FlatSchema = {
		...rest,
		...('const' in schema ? { enum: [only] } : {}),
		...(typeof pattern === 'string' ? { patterns: [pattern] } : {}),
	};
	for (const name of ['$ref', 'allOf', 'anyOf', 'oneOf', '$defs', 'definitions']) delete own[name];
	if (Array.isArray(type)) return type.map((one: unknown): FlatSchema => ({ ...own, type: one }));
	return [type === undefined ? own : { ...own, type }];
}

/** Both keywords where two schemas hold at once; those not named here are taken from the first. */
const JOINS: Record<string, (a: unknown, b: unknown) => unknown> = {
	enum: (a, b) => (Array.isArray(a) && Array.isArray(b) ? common(a, b) : a),
	patterns: (a, b) => [...list(a), ...list(b)],
	required: (a, b) => [...new Set([...list(a), ...list(b)])],
	properties: joinSchemas,
	patternProperties: joinSchemas,
	additionalProperties: both,
	propertyNames: both,
	items: both,
	minimum: highest,
	exclusiveMinimum: highest,
	minLength: highest,
	minItems: highest,
	minProperties: highest,
	maximum: lowest,
	exclusiveMaximum: lowest,
	maxLength: lowest,
	maxItems: lowest,
	maxProperties: lowest,
};

function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function common(a: unknown[], b: unknown[]): unknown[] {
	return a.filter((one) => b.some((other) => sameJson(one, other)));
}

function highest(a: unknown, b: unknown): unknown {
	return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : (a ?? b);
}

function lowest(a: unknown, b: unknown): unknown {
	return typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : (a ?? b);
}

function both(a: unknown, b: unknown): unknown {
	if (a === false || b === false) return false;
	if (!isObject(a)) return b;
	return isObject(b) ? { allOf: [a, b] } : a;
}

function joinSchemas(a: unknown, b: unknown): unknown {
	if (!isObject(a) || !isObject(b)) return a ?? b;
	const shared = Object.keys(a).filter((name) => Object.hasOwn(b, name));
	const joined = shared.map((name): [string, unknown] => [name, both(a[name], b[name])]);
	return { ...b, ...a, ...Object.fromEntries(joined) };
}

function joinTypes(a: unknown, b: unknown): unknown {
	if (a === undefined || a === b) return b;
	if (b === undefined) return a;
	const numbers = [a, b].every((type) => type === 'integer' || type === 'number');
	return numbers ? 'integer' : null;
}

/** The schema for what holds by both; undefined when no value can. */
function join(a: FlatSchema, b: FlatSchema): FlatSchema | undefined {
	const type = joinTypes(a.type, b.type);
	if (type === null) return undefined;
	const joined: FlatSchema = { ...b, ...a, ...(type === undefined ? {} : { type }) };
	for (const [name, joinBoth] of Object.entries(JOINS)) {
		if (name in a && name in b) joined[name] = joinBoth(a[name], b[name]);
	}
	return Array.isArray(joined.enum) && joined.enum.length === 0 && list(a.enum).length > 0
		? undefined
		: joined;
}

function joinAll(a: FlatSchema, b: FlatSchema): FlatSchema[] {
	const joined = join(a, b);
	return joined ? [joined] : [];
}

/** What a schema refers to or combines: of each group, one of its schemas holds. */
function groupsOf(schema: JsonObject, source: Source, seen: readonly string[]): FlatSchema[][] {
	const inner = (one: unknown, passed = seen) => flattenAll(one, source, passed);
	const { $ref: reference, allOf, anyOf, oneOf } = schema;
	const groups = list(allOf).map((one) => inner(one));
	// A schema that is itself, or one of itself and others, says nothing by that.
	if (typeof reference === 'string' && !seen.includes(reference)) {
		groups.unshift(inner(definitionAt(source.root, reference), [...seen, reference]));
	}
	for (const ways of [anyOf, oneOf]) {
		if (Array.isArray(ways) && ways.length > 0) groups.push(ways.flatMap((one) => inner(one)));
	}
	return groups;
}

function flattenAll(schema: unknown, source: Source, seen: readonly string[]): FlatSchema[] {
	if (schema === false) return [];
	if (!isObject(schema) || source.partsLeft-- <= 0) return [{}];
	let flat = ownSchemas(schema);
	for (const group of groupsOf(schema, source, seen)) {
		const joined = flat.flatMap((own) => group.flatMap((one) => joinAll(own, one)));
		if (joined.length > MOST_BRANCHES) return [{}];
		// Where one part of a schema forbids what the other asks for, its own words count.
		if (joined.length > 0) flat = joined;
	}
	return flat;
}

/**
 * Resolves `$ref`, `allOf`, `anyOf`, `oneOf` and lists of types, also where keywords stand beside
 * them.
 *
 * @param root where `$ref` leads
 * @returns schemas of which one holds; of one type each, or of any
 */
export function flatten(schema: unknown, root: JsonObject): FlatSchema[] {
	return flattenAll(schema, { root, partsLeft: MOST_PARTS }, []);
}
