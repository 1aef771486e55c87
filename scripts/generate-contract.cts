/**
 * Writes what the pack knows of the contract from `contract/openapi.yaml`:
 * `client/contract/schema.ts` (types only), `client/contract/endpoints.ts` (path, permissions and answer of each
 * API operation) and `client/contract/responseFields.ts` (names of what is answered). `--check` changes
 * nothing and fails when a file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import prettier from 'prettier';
import { parse } from 'yaml';

interface Schema {
	$ref?: string;
	type?: string | string[];
	required?: string[];
	properties?: Record<string, Schema>;
	allOf?: Schema[];
}

interface Operation {
	operationId: string;
	'x-required-scopes'?: string[];
	'x-rate-limit'?: { requests: number; window_seconds: number };
	responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

interface Contract {
	paths: Record<string, Record<string, Operation>>;
	components: { schemas: Record<string, Schema> };
}

const root = join(__dirname, '..');
const contractFile = join(root, 'contract', 'openapi.yaml');
const methods = ['get', 'post', 'put', 'patch', 'delete'];

const contract = parse(readFileSync(contractFile, 'utf8')) as Contract;

function resolve(schema: Schema): Schema {
	if (schema.$ref)
		return resolve(contract.components.schemas[schema.$ref.split('/').pop() ?? ''] ?? {});
	if (!schema.allOf) return schema;
	const parts = schema.allOf.map(resolve);
	return {
		required: parts.flatMap((part) => part.required ?? []),
		properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})),
	};
}

/** The text properties that our code must be able to rely on: identifiers and states. */
function keysOf(schema: Schema): string[] {
	const { required = [], properties = {} } = resolve(schema);
	return required.filter((name) => {
		const type = resolve(properties[name] ?? {}).type;
		return type === 'string' && /^(id|status|file_uri|token|.+_id)$/.test(name);
	});
}

/** What an operation answers well with; `schema` is that of the object, or of each row of a page. */
function answerOf(operation: Operation): { kind: string; schema: Schema } {
	const good = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
	const content = good?.[1].content;
	if (!content) return { kind: 'none', schema: {} };
	const schema = content['application/json']?.schema;
	if (!schema) return { kind: 'binary', schema: {} };
	const items = resolve(schema).properties?.items;
	if (!items) return { kind: 'object', schema };
	return { kind: 'page', schema: (resolve(items) as { items?: Schema }).items ?? {} };
}

interface Entry {
	path: string;
	method: string;
	operation: Operation;
}

function entries(): Entry[] {
	return Object.entries(contract.paths).flatMap(([path, item]) =>
		methods.flatMap((method) => {
			const operation = item[method];
			return operation ? [{ path, method, operation }] : [];
		}),
	);
}

function endpointRow({ path, method, operation }: Entry): string {
	const { kind, schema } = answerOf(operation);
	const limit = operation['x-rate-limit'];
	return (
		`${operation.operationId}: { method: '${method.toUpperCase()}', path: '${path}', ` +
		`scopes: ${JSON.stringify(operation['x-required-scopes'] ?? [])}, ` +
		`answer: '${kind}', keys: ${JSON.stringify(keysOf(schema))}` +
		(limit ? `, ownLimit: { requests: ${limit.requests}, seconds: ${limit.window_seconds} }` : '') +
		' },'
	);
}

const HEADER = '// Generated from contract/openapi.yaml by `npm run generate`. Do not edit.';

function responseFieldsSource(): string {
	const rows = entries().flatMap(({ operation }) => {
		const names = Object.keys(resolve(answerOf(operation).schema).properties ?? {});
		return names.length > 0 ? [`${operation.operationId}: ${JSON.stringify(names)},`] : [];
	});
	return [
		HEADER,
		'',
		'/** Names of the fields that an API operation answers with; of a page, those of each row. */',
		'export const responseFields = {',
		...rows,
		'} as const;',
	].join('\n');
}

function endpointsSource(): string {
	return [
		HEADER,
		"import type { operations } from './schema';",
		'',
		'/** One operation of the External API, as the contract describes it. */',
		'export interface Endpoint {',
		"method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';",
		'path: string;',
		'/** Permissions that the credential needs, all at once. */',
		'scopes: readonly string[];',
		"answer: 'page' | 'object' | 'binary' | 'none';",
		'/** Text properties that an answer, or each row of a page, must have. */',
		'keys: readonly string[];',
		'/** A rate limit of its own, beside the one for all requests. */',
		'ownLimit?: { requests: number; seconds: number };',
		'}',
		'',
		'export type EndpointName = keyof operations;',
		'',
		'export const endpoints: Readonly<Record<EndpointName, Endpoint>> = {',
		...entries().map(endpointRow),
		'};',
	].join('\n');
}

async function main(): Promise<void> {
	const style = await prettier.resolveConfig(join(root, 'package.json'));
	const format = async (source: string) =>
		await prettier.format(source, { ...style, parser: 'typescript' });
	const schema = execFileSync(
		process.execPath,
		[
			join(root, 'node_modules/openapi-typescript/bin/cli.js'),
			contractFile,
			'--default-non-nullable=false',
		],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 16 * 1024 * 1024 },
	);
	const files: Array<[string, string]> = [
		['client/contract/schema.ts', schema],
		['client/contract/endpoints.ts', await format(endpointsSource())],
		['client/contract/responseFields.ts', await format(responseFieldsSource())],
	];
	const check = process.argv.includes('--check');
	for (const [name, text] of files) {
		const file = join(root, name);
		if (!check) writeFileSync(file, text);
		else if (readFileSync(file, 'utf8') !== text) {
			console.error(`${name} does not match contract/openapi.yaml. Run: npm run generate`);
			process.exitCode = 1;
		}
	}
}

void main();
