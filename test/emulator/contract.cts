import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Scope } from './types.cts';

export interface JsonSchema {
	$ref?: string;
	type?: string | string[];
	properties?: Record<string, JsonSchema>;
	additionalProperties?: boolean | JsonSchema;
	items?: JsonSchema;
	oneOf?: JsonSchema[];
	format?: string;
	default?: unknown;
}

export interface Parameter {
	name: string;
	in: 'query' | 'header' | 'path';
	required?: boolean;
	schema: JsonSchema;
}

interface Content {
	content?: Record<string, { schema: JsonSchema }>;
}

interface RawOperation {
	operationId: string;
	parameters?: (Parameter | { $ref: string })[];
	requestBody?: Content;
	responses: Record<string, Content | { $ref: string }>;
	'x-required-scopes': Scope[];
	'x-rate-limit'?: { requests: number; window_seconds: number };
}

interface Document {
	info: { title: string; description: string };
	servers: { url: string }[];
	paths: Record<string, Record<string, unknown>>;
	components: Record<string, Record<string, unknown>>;
}

/** One operation of the contract. */
export interface Operation {
	id: string;
	method: string;
	path: string;
	scopes: Scope[];
	ownLimit: { requests: number; window_seconds: number } | null;
	parameters: Parameter[];
	/** Schema of a JSON body; null where there is none or it is multipart. */
	body: JsonSchema | null;
	/** By status; null means an answer without a JSON body. */
	responses: Map<string, JsonSchema | null>;
}

/** Texts of agent inputs that no server checks, so that they may be anything (section 11). */
const UNCHECKED_TEXT = /\/input_schema\/properties\/[^/]+\/(title|description)$/;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const FOLDER = resolve(__dirname, '../../contract');

/** A contract, read from a file in `contract/`, with validators for what it describes. */
export class Contract {
	readonly document: Document;
	readonly operations: Operation[] = [];
	private readonly ajv: Ajv2020;
	private readonly validators = new Map<string, ValidateFunction>();

	constructor(file: string) {
		this.document = parse(readFileSync(join(FOLDER, file), 'utf8')) as Document;
		this.ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true });
		addFormats(this.ajv);
		this.ajv.addSchema({ $id: 'contract:', components: this.document.components });
		for (const [path, item] of Object.entries(this.document.paths)) {
			const shared = (item.parameters ?? []) as RawOperation['parameters'];
			for (const method of METHODS) {
				const raw = item[method] as RawOperation | undefined;
				if (raw) this.operations.push(this.operation(method, path, raw, shared ?? []));
			}
		}
	}

	/** The schema a `$ref` of the contract points to, or the schema itself. */
	resolve<T extends object>(value: T | { $ref: string }): T {
		if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T;
		const keys = value.$ref.replace('#/', '').split('/');
		let found: unknown = this.document;
		for (const key of keys) found = (found as Record<string, unknown>)[key];
		return this.resolve(found as T);
	}

	/** Problems that a value has with a schema; none is an empty list. */
	check(key: string, schema: JsonSchema, value: unknown): ErrorObject[] {
		let validate = this.validators.get(key);
		if (!validate) {
			validate = this.ajv.compile(absolute(schema) as JsonSchema);
			this.validators.set(key, validate);
		}
		return validate(value) ? [] : (validate.errors ?? []);
	}

	/** Names in a request body that its schema does not know; the server ignores them. */
	unknownFields(schema: JsonSchema, value: unknown, at = 'body'): string[] {
		const resolved = this.resolve(schema);
		if (Array.isArray(value)) {
			const { items } = resolved;
			return items ? value.flatMap((v, i) => this.unknownFields(items, v, `${at}.${i}`)) : [];
		}
		if (value === null || typeof value !== 'object') return [];
		const variants = [resolved, ...(resolved.oneOf ?? []).map((one) => this.resolve(one))];
		const known = Object.assign({}, ...variants.map((one) => one.properties ?? {})) as Record<
			string,
			JsonSchema
		>;
		const open = resolved.additionalProperties;
		return Object.entries(value).flatMap(([name, field]) => {
			const property = known[name];
			if (property) return this.unknownFields(property, field, `${at}.${name}`);
			if (typeof open === 'object') return this.unknownFields(open, field, `${at}.${name}`);
			return open || Object.keys(known).length === 0 ? [] : [`${at}.${name}`];
		});
	}

	/** Why a response does not fit the contract; empty if it does. */
	responseProblems(operation: Operation, status: number, body: unknown): string[] {
		const key = operation.responses.has(String(status)) ? String(status) : 'default';
		const schema = operation.responses.get(key);
		const where = `response ${status} of ${operation.id}`;
		if (schema === undefined) return [`${where}: status not in the contract`];
		if (schema === null) return body === undefined ? [] : [`${where}: body not expected`];
		if (key === 'default' && status < 400) return [`${where}: status not in the contract`];
		const errors = this.check(`${operation.id} ${key}`, schema, body);
		return errors
			.filter(({ instancePath }) => !UNCHECKED_TEXT.test(instancePath))
			.map((error) => `${where}: ${error.instancePath} ${error.message ?? ''}`);
	}

	private operation(
		method: string,
		path: string,
		raw: RawOperation,
		shared: (Parameter | { $ref: string })[],
	): Operation {
		const responses = new Map<string, JsonSchema | null>();
		for (const [status, response] of Object.entries(raw.responses)) {
			const { content } = this.resolve<Content>(response);
			responses.set(status, content?.['application/json']?.schema ?? null);
		}
		return {
			id: raw.operationId,
			method: method.toUpperCase(),
			path,
			scopes: raw['x-required-scopes'],
			ownLimit: raw['x-rate-limit'] ?? null,
			parameters: [...shared, ...(raw.parameters ?? [])].map((one) => this.resolve<Parameter>(one)),
			body: raw.requestBody?.content?.['application/json']?.schema ?? null,
			responses,
		};
	}
}

/** References inside the document, made absolute so that they hold outside of it. */
function absolute(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(absolute);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, field]) =>
			key === '$ref' && typeof field === 'string'
				? [key, field.replace(/^#/, 'contract:#')]
				: [key, absolute(field)],
		),
	);
}

let v2: Contract | undefined;
let v1: Contract | undefined;

/** The contract of API v2; it never changes, so it is read once. */
export function loadContract(): Contract {
	v2 ??= new Contract('openapi.yaml');
	return v2;
}

/** The contract of API v1. */
export function loadV1Contract(): Contract {
	v1 ??= new Contract('openapi-v1.yaml');
	return v1;
}
