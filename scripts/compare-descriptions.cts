/**
 * Compares two OpenAPI descriptions of AutoGPT's External API: what a user of the pack would notice
 * of a server that differs from the contract.
 *
 * No diff library does this: openapi-diff reads OpenAPI 3.0 only, and the others compare the texts
 * of the documents. Those always differ, since the contract is written by hand and servers generate
 * theirs: other names of schemas and path parameters, a prefix on each path, other texts.
 */

/** As much of OpenAPI 3 as the comparison reads. */
export interface Schema {
	$ref?: string;
	type?: string | string[];
	properties?: Record<string, Schema>;
	required?: string[];
	items?: Schema;
	additionalProperties?: boolean | Schema;
	enum?: unknown[];
	const?: unknown;
	allOf?: Schema[];
	anyOf?: Schema[];
	oneOf?: Schema[];
}

interface Parameter {
	$ref?: string;
	name: string;
	in: string;
	required?: boolean;
	schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface Operation {
	operationId?: string;
	parameters?: Parameter[];
	requestBody?: { $ref?: string; content?: Content };
	responses?: Record<string, { $ref?: string; content?: Content }>;
	security?: Array<Record<string, string[]>>;
	'x-required-scopes'?: string[];
}

export interface Description {
	paths: Record<string, Record<string, unknown>>;
	components?: Record<string, Record<string, unknown>>;
}

/** What is other in an operation: a break is something that the pack counts on. */
export interface Change {
	isBreak: boolean;
	what: string;
}

export interface Comparison {
	/** Operations of the contract that the server lacks, for example `POST /schedules`. */
	missing: string[];
	/** Operations that only the server has. */
	added: string[];
	changed: Array<{ operation: string; changes: Change[] }>;
	/** False where the server's description names no permissions at all. */
	namesPermissions: boolean;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** Sent with every request, and described by servers as they like. */
const COMMON_HEADERS = new Set(['x-api-key', 'authorization', 'x-team-id']);
const DEEPEST = 8;

interface Found {
	name: string;
	operation: Operation;
	/** Parameters of all operations of the path. */
	shared: Parameter[];
}

/** A description with its references resolved as they are met. */
class Document {
	private readonly operations = new Map<string, Found>();

	constructor(private readonly description: Description) {
		for (const [path, item] of Object.entries(description.paths)) {
			const shared = (item.parameters ?? []) as Parameter[];
			for (const method of METHODS) {
				const operation = item[method] as Operation | undefined;
				if (!operation) continue;
				const name = `${method.toUpperCase()} ${path}`;
				this.operations.set(plain(name), { name, operation, shared });
			}
		}
	}

	get names(): string[] {
		return [...this.operations.keys()];
	}

	find(name: string): Found | undefined {
		return this.operations.get(name);
	}

	resolve<T extends { $ref?: string }>(value: T): T {
		if (!value.$ref) return value;
		let found: unknown = this.description;
		for (const key of value.$ref.replace('#/', '').split('/')) {
			found = (found as Record<string, unknown> | undefined)?.[key];
		}
		return found ? this.resolve(found as T) : ({} as T);
	}

	parameters({ operation, shared }: Found): Map<string, Parameter> {
		const all = [...shared, ...(operation.parameters ?? [])].map((one) => this.resolve(one));
		const offered = all.filter(
			(one) =>
				one.in === 'query' || (one.in === 'header' && !COMMON_HEADERS.has(one.name.toLowerCase())),
		);
		return new Map(offered.map((one) => [`${one.in} ${one.name.toLowerCase()}`, one]));
	}

	/** The permissions that an operation asks for; undefined where the description names none. */
	permissions({ operation }: Found): string[] | undefined {
		const named =
			operation['x-required-scopes'] ??
			operation.security?.flatMap((one) => Object.values(one).flat());
		return named && named.length > 0 ? [...new Set(named)].sort() : undefined;
	}

	body({ operation }: Found): [string, Schema] | undefined {
		const content = operation.requestBody && this.resolve(operation.requestBody).content;
		const [type, media] = Object.entries(content ?? {})[0] ?? [];
		return type === undefined ? undefined : [type, media?.schema ?? {}];
	}

	/** Status and schema of the good answer. */
	answer({ operation }: Found): [string, Schema | undefined] | undefined {
		const good = Object.entries(operation.responses ?? {}).find(([status]) => /^2/.test(status));
		if (!good) return undefined;
		return [good[0], this.resolve(good[1]).content?.['application/json']?.schema];
	}

	/** A schema with its parts and its choices taken together, and without null. */
	flatten(schema: Schema, depth = 0): Flat {
		const { allOf, anyOf, oneOf, ...own } = this.resolve(schema);
		const types = [own.type ?? []].flat();
		const flat: Flat = {
			types: new Set(types.filter((type) => type !== 'null')),
			isNullable: types.includes('null'),
			properties: { ...own.properties },
			required: new Set(own.required),
			items: own.items,
			values: typeof own.additionalProperties === 'object' ? own.additionalProperties : undefined,
			enum: own.const === undefined ? own.enum : [own.const],
		};
		if (depth > DEEPEST) return flat;
		for (const part of allOf ?? []) merge(flat, this.flatten(part, depth + 1), true);
		for (const choice of [...(anyOf ?? []), ...(oneOf ?? [])]) {
			merge(flat, this.flatten(choice, depth + 1), false);
		}
		return flat;
	}
}

interface Flat {
	types: Set<string>;
	isNullable: boolean;
	properties: Record<string, Schema>;
	required: Set<string>;
	items?: Schema;
	values?: Schema;
	enum?: unknown[];
}

function merge(into: Flat, part: Flat, isWhole: boolean): void {
	part.types.forEach((type) => into.types.add(type));
	into.isNullable ||= part.isNullable;
	into.properties = { ...part.properties, ...into.properties };
	if (isWhole) part.required.forEach((name) => into.required.add(name));
	into.items ??= part.items;
	into.values ??= part.values;
	if (part.enum) into.enum = [...new Set([...(into.enum ?? []), ...part.enum])];
}

/** A name of an operation whose path parameters have no names: servers call them differently. */
function plain(name: string): string {
	return name.replace(/\{[^}]*\}/g, '{}').replace(/\/$/, '');
}

/** What stands before each path of a server: the one with which most of the contract is found. */
function prefixOf(contract: Document, server: Document): string {
	const known = new Set(server.names);
	const candidates = new Set(['']);
	for (const name of contract.names) {
		const [method = '', path = ''] = name.split(' ');
		for (const other of server.names) {
			if (!other.startsWith(`${method} `) || !other.endsWith(path)) continue;
			candidates.add(other.slice(method.length + 1, other.length - path.length));
		}
	}
	const found = (prefix: string) =>
		contract.names.filter((name) => known.has(name.replace(' ', ` ${prefix}`))).length;
	return [...candidates].reduce((best, one) => (found(one) > found(best) ? one : best));
}

/** Which way values go: the server must take what is sent, and the pack what is answered. */
type Way = 'sent' | 'answered';

const list = (values: Iterable<unknown>) =>
	[...values].map((value) => JSON.stringify(value)).join(', ');

/** Compares the fields below a schema; a schema that says nothing takes and returns anything. */
class Fields {
	readonly changes: Change[] = [];

	constructor(
		private readonly contract: Document,
		private readonly server: Document,
		private readonly way: Way,
	) {}

	private note(isBreak: boolean, what: string): void {
		this.changes.push({
			isBreak,
			what: `${this.way === 'sent' ? 'request' : 'response'}: ${what}`,
		});
	}

	compare(ours: Schema, theirs: Schema, at = '', depth = 0): void {
		if (depth > DEEPEST) return;
		const [our, their] = [this.contract.flatten(ours), this.server.flatten(theirs)];
		const place = at === '' ? 'the whole' : `'${at}'`;
		this.compareTypes(our, their, place);
		this.compareEnums(our, their, place);
		if (this.way === 'answered' && their.isNullable && !our.isNullable && our.types.size > 0) {
			this.note(true, `${place} may be null`);
		}
		const isOpen = Object.keys(their.properties).length === 0;
		if (!isOpen && Object.keys(our.properties).length > 0) {
			this.compareProperties(our, their, at, depth);
		}
		if (our.items && their.items) this.compare(our.items, their.items, `${at}[]`, depth + 1);
		if (our.values && their.values) this.compare(our.values, their.values, `${at}.*`, depth + 1);
	}

	private compareTypes(our: Flat, their: Flat, place: string): void {
		if (our.types.size === 0 || their.types.size === 0) return;
		const isKnown = (type: string, types: Set<string>) =>
			types.has(type) || (type === 'integer' && types.has('number'));
		const [from, to] = this.way === 'sent' ? [our, their] : [their, our];
		const unknown = [...from.types].filter((type) => !isKnown(type, to.types));
		if (unknown.length === 0) return;
		const is = [...their.types].join(' or ');
		this.note(true, `${place} is ${is}, not ${[...our.types].join(' or ')}`);
	}

	private compareEnums(our: Flat, their: Flat, place: string): void {
		if (!our.enum || !their.enum) return;
		const missing = our.enum.filter((value) => !their.enum?.includes(value));
		const added = their.enum.filter((value) => !our.enum?.includes(value));
		// What is no longer answered does no harm, nor what could be sent besides.
		if (missing.length > 0) this.note(this.way === 'sent', `${place} lacks ${list(missing)}`);
		if (added.length > 0) this.note(this.way === 'answered', `${place} has new ${list(added)}`);
	}

	private compareProperties(our: Flat, their: Flat, at: string, depth: number): void {
		const path = (name: string) => (at === '' ? name : `${at}.${name}`);
		for (const [name, schema] of Object.entries(our.properties)) {
			const other = their.properties[name];
			if (other) this.compare(schema, other, path(name), depth + 1);
			else this.note(true, `lacks '${path(name)}'`);
		}
		for (const name of Object.keys(their.properties)) {
			if (name in our.properties) continue;
			const isNeeded = this.way === 'sent' && their.required.has(name);
			this.note(isNeeded, `has new '${path(name)}'${isNeeded ? ', which must be given' : ''}`);
		}
		if (this.way !== 'sent') return;
		for (const name of their.required) {
			if (name in our.properties && !our.required.has(name)) {
				this.note(true, `'${path(name)}' must be given`);
			}
		}
	}
}

function compareParameters(contract: Document, server: Document, ours: Found, theirs: Found) {
	const changes: Change[] = [];
	const [known, offered] = [contract.parameters(ours), server.parameters(theirs)];
	for (const [key, parameter] of known) {
		const other = offered.get(key);
		const name = `${parameter.in} parameter '${parameter.name}'`;
		if (!other) {
			changes.push({ isBreak: true, what: `lacks the ${name}` });
			continue;
		}
		const fields = new Fields(contract, server, 'sent');
		fields.compare(parameter.schema ?? {}, other.schema ?? {}, parameter.name);
		changes.push(...fields.changes);
		if (other.required && !parameter.required) {
			changes.push({ isBreak: true, what: `the ${name} must be given` });
		}
	}
	for (const [key, { in: place, name, required }] of offered) {
		if (known.has(key)) continue;
		const rest = required ? ', which must be given' : '';
		changes.push({
			isBreak: required === true,
			what: `has the new ${place} parameter '${name}'${rest}`,
		});
	}
	return changes;
}

function compareBodies(contract: Document, server: Document, ours: Found, theirs: Found): Change[] {
	const [our, their] = [contract.body(ours), server.body(theirs)];
	if (!our || !their) {
		if (!our === !their) return [];
		return [{ isBreak: true, what: our ? 'takes no body' : 'takes a body' }];
	}
	if (our[0] !== their[0]) return [{ isBreak: true, what: `takes ${their[0]}, not ${our[0]}` }];
	const fields = new Fields(contract, server, 'sent');
	fields.compare(our[1], their[1]);
	return fields.changes;
}

function compareAnswers(
	contract: Document,
	server: Document,
	ours: Found,
	theirs: Found,
): Change[] {
	const [our, their] = [contract.answer(ours), server.answer(theirs)];
	if (!our || !their) return [];
	const changes: Change[] = [];
	if (our[0] !== their[0]) {
		// Any status that says that it went well is taken.
		changes.push({ isBreak: false, what: `answers with status ${their[0]}, not ${our[0]}` });
	}
	if (our[1] && their[1]) {
		const fields = new Fields(contract, server, 'answered');
		fields.compare(our[1], their[1]);
		changes.push(...fields.changes);
	}
	return changes;
}

function comparePermissions(
	contract: Document,
	server: Document,
	ours: Found,
	theirs: Found,
): Change[] {
	const their = server.permissions(theirs);
	const our = contract.permissions(ours) ?? [];
	if (!their || their.join() === our.join()) return [];
	const known = our.length > 0 ? our.join(' and ') : 'none';
	return [{ isBreak: true, what: `asks for the permission ${their.join(' and ')}, not ${known}` }];
}

/** Compares what a server says of itself with the contract. */
export function compareDescriptions(ours: Description, theirs: Description): Comparison {
	const [contract, server] = [new Document(ours), new Document(theirs)];
	const prefix = prefixOf(contract, server);
	const missing: string[] = [];
	const changed: Comparison['changed'] = [];
	const met = new Set<string>();
	let namesPermissions = false;
	for (const name of contract.names) {
		const there = name.replace(' ', ` ${prefix}`);
		const [own, other] = [contract.find(name), server.find(there)];
		if (!own) continue;
		if (!other) {
			missing.push(own.name);
			continue;
		}
		met.add(there);
		namesPermissions ||= server.permissions(other) !== undefined;
		const changes = [
			...comparePermissions(contract, server, own, other),
			...compareParameters(contract, server, own, other),
			...compareBodies(contract, server, own, other),
			...compareAnswers(contract, server, own, other),
		];
		if (changes.length > 0) changed.push({ operation: own.name, changes });
	}
	const added = server.names.flatMap((name) =>
		met.has(name) ? [] : [server.find(name)?.name.replace(` ${prefix}`, ' ') ?? name],
	);
	return { missing, added, changed, namesPermissions };
}

/** Whether the pack counts on something that the server does not have, or has otherwise. */
export function hasBreaks({ missing, changed }: Comparison): boolean {
	return (
		missing.length > 0 || changed.some(({ changes }) => changes.some(({ isBreak }) => isBreak))
	);
}
