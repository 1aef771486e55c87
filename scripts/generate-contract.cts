/**
 * Writes what the pack knows of the contracts of API v2 and v1 (`contract/openapi.yaml`,
 * `contract/openapi-v1.yaml`) into `client/contract/` and `client/contract/v1/`: types, and path,
 * permissions and answer of each API operation; of v2 also the names of what is answered.
 * `--check` changes nothing and fails when a file is out of date.
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
	items?: Schema;
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
const methods = ['get', 'post', 'put', 'patch', 'delete'];

interface Entry {
	path: string;
	method: string;
	operation: Operation;
}

const ENDPOINT = [
	'/** One operation of the External API, as the contract describes it. */',
	'export interface Endpoint {',
	"method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';",
	'path: string;',
	'/** Permissions that the credential needs, all at once. */',
	'scopes: readonly string[];',
	'/** A `list` is a bare array; API v2 has none. */',
	"answer: 'page' | 'list' | 'object' | 'binary' | 'none';",
	'/** Text properties that an answer, or each row of a page or list, must have. */',
	'keys: readonly string[];',
	'/** Properties of which an object without such texts must have one: an error has none of them. */',
	'facts?: readonly string[];',
	'/** A rate limit of its own, beside the one for all requests. */',
	'ownLimit?: { requests: number; seconds: number };',
	'}',
	'',
];

/** Writes the sources that follow from one contract. */
class Generator {
	private readonly contract: Contract;

	constructor(private readonly name: string) {
		this.contract = parse(readFileSync(this.file, 'utf8')) as Contract;
	}

	get file(): string {
		return join(root, 'contract', this.name);
	}

	private get isV1(): boolean {
		return this.name === 'openapi-v1.yaml';
	}

	private get header(): string {
		return `// Generated from contract/${this.name} by \`npm run generate\`. Do not edit.`;
	}

	private resolve(schema: Schema): Schema {
		if (schema.$ref) {
			const name = schema.$ref.split('/').pop() ?? '';
			return this.resolve(this.contract.components.schemas[name] ?? {});
		}
		if (!schema.allOf) return schema;
		const parts = schema.allOf.map((part) => this.resolve(part));
		return {
			required: parts.flatMap((part) => part.required ?? []),
			properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})),
		};
	}

	/** The text properties that our code must be able to rely on: identifiers and states. */
	private keysOf(schema: Schema): string[] {
		const { required = [], properties = {} } = this.resolve(schema);
		return required.filter((name) => {
			const type = this.resolve(properties[name] ?? {}).type;
			return type === 'string' && /^(id|status|file_uri|token|.+_id)$/.test(name);
		});
	}

	/** The properties that an object always has, or else those that it may have. */
	private namesOf(schema: Schema): string[] {
		const { required = [], properties = {} } = this.resolve(schema);
		return required.length > 0 ? required : Object.keys(properties);
	}

	/** What an operation answers well with; `schema` is that of the object, or of each row of a page. */
	private answerOf(operation: Operation): { kind: string; schema: Schema } {
		const good = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
		const content = good?.[1].content;
		if (!content) return { kind: 'none', schema: {} };
		const schema = content['application/json']?.schema;
		if (!schema) return { kind: 'binary', schema: {} };
		if (schema.type === 'array') return { kind: 'list', schema: schema.items ?? {} };
		const items = this.resolve(schema).properties?.items;
		if (!items) return { kind: 'object', schema };
		return { kind: 'page', schema: this.resolve(items).items ?? {} };
	}

	private entries(): Entry[] {
		return Object.entries(this.contract.paths).flatMap(([path, item]) =>
			methods.flatMap((method) => {
				const operation = item[method];
				return operation ? [{ path, method, operation }] : [];
			}),
		);
	}

	private endpointRow({ path, method, operation }: Entry): string {
		const { kind, schema } = this.answerOf(operation);
		const keys = this.keysOf(schema);
		const facts = kind === 'object' && keys.length === 0 ? this.namesOf(schema) : [];
		const limit = operation['x-rate-limit'];
		return (
			`${operation.operationId}: { method: '${method.toUpperCase()}', path: '${path}', ` +
			`scopes: ${JSON.stringify(operation['x-required-scopes'] ?? [])}, ` +
			`answer: '${kind}', keys: ${JSON.stringify(keys)}` +
			(facts.length > 0 ? `, facts: ${JSON.stringify(facts)}` : '') +
			(limit
				? `, ownLimit: { requests: ${limit.requests}, seconds: ${limit.window_seconds} }`
				: '') +
			' },'
		);
	}

	responseFieldsSource(): string {
		const rows = this.entries().flatMap(({ operation }) => {
			const names = Object.keys(this.resolve(this.answerOf(operation).schema).properties ?? {});
			return names.length > 0 ? [`${operation.operationId}: ${JSON.stringify(names)},`] : [];
		});
		return [
			this.header,
			'',
			'/** Names of the fields that an API operation answers with; of a page, those of each row. */',
			'export const responseFields = {',
			...rows,
			'} as const;',
		].join('\n');
	}

	/** The table of operations, with the type of its rows, which v1 takes from v2. */
	endpointsSource(): string {
		return [
			this.header,
			...(this.isV1 ? ["import type { Endpoint } from '../endpoints';"] : []),
			"import type { operations } from './schema';",
			'',
			...(this.isV1 ? [] : ENDPOINT),
			`export type ${this.isV1 ? 'V1EndpointName' : 'EndpointName'} = keyof operations;`,
			'',
			this.isV1
				? 'export const v1Endpoints: Readonly<Record<V1EndpointName, Endpoint>> = {'
				: 'export const endpoints: Readonly<Record<EndpointName, Endpoint>> = {',
			...this.entries().map((entry) => this.endpointRow(entry)),
			'};',
		].join('\n');
	}
}

function typesOf(generator: Generator): string {
	return execFileSync(
		process.execPath,
		[
			join(root, 'node_modules/openapi-typescript/bin/cli.js'),
			generator.file,
			'--default-non-nullable=false',
		],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 16 * 1024 * 1024 },
	);
}

async function main(): Promise<void> {
	const style = await prettier.resolveConfig(join(root, 'package.json'));
	const format = async (source: string) =>
		await prettier.format(source, { ...style, parser: 'typescript' });
	const v2 = new Generator('openapi.yaml');
	const v1 = new Generator('openapi-v1.yaml');
	const files: Array<[string, string]> = [
		['client/contract/schema.ts', typesOf(v2)],
		['client/contract/endpoints.ts', await format(v2.endpointsSource())],
		['client/contract/responseFields.ts', await format(v2.responseFieldsSource())],
		['client/contract/v1/schema.ts', typesOf(v1)],
		['client/contract/v1/endpoints.ts', await format(v1.endpointsSource())],
	];
	const check = process.argv.includes('--check');
	for (const [name, text] of files) {
		const file = join(root, name);
		if (!check) writeFileSync(file, text);
		else if (readFileSync(file, 'utf8') !== text) {
			console.error(`${name} does not match its contract. Run: npm run generate`);
			process.exitCode = 1;
		}
	}
}

void main();
