import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

import { NODE_VERSIONS } from '../../nodes/AutoGpt/framework/version';
import { startEmulator } from '../emulator/index.cts';
import { perform } from './reach.cts';
import { World, type Trial } from './trial.cts';

/** A JSON schema as n8n reads it to show what a node returns before it has run. */
export interface OutputSchema {
	type: string;
	properties?: Record<string, OutputSchema>;
	items?: OutputSchema;
	version?: number;
}

interface ContractSchema {
	$ref?: string;
	type?: string | string[];
	properties?: Record<string, ContractSchema>;
	allOf?: ContractSchema[];
	anyOf?: ContractSchema[];
	oneOf?: ContractSchema[];
}

interface Contract {
	components: {
		schemas: Record<string, ContractSchema>;
		examples: Record<string, { value: { items: object[] } }>;
	};
}

const root = resolve(__dirname, '../..');

/** Objects whose names depend on the agent, the block or the service. */
const FREE_FORM = new Set([
	'children',
	'config_schema',
	'cost_filter',
	'credentials_input_schema',
	'credentials_inputs',
	'input_default',
	'input_schema',
	'inputs',
	'metadata',
	'output_schema',
	'output_values',
	'outputs',
	'payload',
]);

const contract = parse(readFileSync(resolve(root, 'contract/openapi.yaml'), 'utf8')) as Contract;

function typesOf(schema: ContractSchema): string[] {
	if (schema.$ref) {
		return typesOf(contract.components.schemas[schema.$ref.split('/').pop() ?? ''] ?? {});
	}
	const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
	const own = schema.type === undefined ? [] : [schema.type].flat();
	return [...own, ...parts.flatMap(typesOf)].filter((type) => type !== 'null');
}

/** What the contract says of a property that happened to be null, when it says one thing. */
function typeByName(name: string): string {
	const all = Object.values(contract.components.schemas)
		.flatMap((schema) => [schema, ...(schema.allOf ?? [])])
		.flatMap(({ properties }) => (properties?.[name] ? typesOf(properties[name]) : []));
	const types = [...new Set(all)];
	return types.length === 1 ? (types[0] ?? 'null') : 'null';
}

/** One schema for values of several shapes. */
export function merge(schemas: OutputSchema[]): OutputSchema {
	const [first = { type: 'null' }] = schemas.filter(({ type }) => type !== 'null');
	const same = schemas.filter(({ type }) => type === first.type);
	const merged: OutputSchema = { type: first.type };
	const names = new Set(same.flatMap(({ properties }) => Object.keys(properties ?? {})));
	if (same.some(({ properties }) => properties)) {
		merged.properties = Object.fromEntries(
			[...names].map((name) => [
				name,
				merge(same.flatMap(({ properties }) => properties?.[name] ?? [])),
			]),
		);
	}
	const items = same.flatMap((schema) => schema.items ?? []);
	if (items.length > 0) merged.items = merge(items);
	return merged;
}

/** The schema of a value as it was returned. */
export function schemaOf(value: unknown, name = ''): OutputSchema {
	if (value === null || value === undefined) return { type: typeByName(name) };
	if (Array.isArray(value)) {
		const items = FREE_FORM.has(name) ? [] : value.map((entry) => schemaOf(entry));
		return items.length > 0 ? { type: 'array', items: merge(items) } : { type: 'array' };
	}
	if (typeof value === 'object') {
		if (FREE_FORM.has(name)) return { type: 'object' };
		const entries = Object.entries(value);
		const properties = entries.map(([key, entry]) => [key, schemaOf(entry, key)] as const);
		return { type: 'object', properties: Object.fromEntries(properties) };
	}
	if (typeof value !== 'number') return { type: typeof value };
	// Whether 4.0 comes as 4 depends on the server; the contract knows.
	const known = typeByName(name);
	if (known === 'integer' || known === 'number') return { type: known };
	return { type: Number.isInteger(value) ? 'integer' : 'number' };
}

/** Versions of the node as n8n's editor asks for them. */
export const SCHEMA_VERSIONS = NODE_VERSIONS.map((version) => {
	const [major, minor = '0'] = String(version).split('.');
	return `v${major}.${minor}.0`;
});

/** Where n8n looks for the output schemas of a version of the node. */
export function schemaFolder(version: string): string {
	return resolve(root, 'nodes/AutoGpt/__schema__', version);
}

/** Where n8n looks for the output schema of an operation, for each version of the node. */
export function schemaFiles(use: string): string[] {
	return SCHEMA_VERSIONS.map((version) =>
		resolve(schemaFolder(version), `${use.replace('.', '/')}.json`),
	);
}

/** The file's text for a schema. */
export function schemaText(schema: OutputSchema): string {
	return JSON.stringify(schema, null, '\t') + '\n';
}

async function outputsOf(world: World, trial: Trial): Promise<object[]> {
	const given = { ...(await trial.given(world)), simplify: true };
	const { items, error } = await perform(world, trial, given);
	if (error) throw error;
	if (items.length > 0) return items.map(({ json }) => json);
	return contract.components.examples[trial.example ?? '']?.value.items ?? [];
}

/** Output schemas by operation, made from what the operations really return. */
export async function outputSchemas(trials: Trial[]): Promise<Map<string, OutputSchema>> {
	const emulator = await startEmulator({
		limits: false,
		mode: { rateLimitHeaders: false, emptyFolderId: 'root' },
	});
	const outputs = new Map<string, object[]>();
	try {
		for (const trial of trials) {
			const rows = await outputsOf(new World(emulator), trial);
			outputs.set(trial.use, [...(outputs.get(trial.use) ?? []), ...rows]);
		}
	} finally {
		await emulator.close();
	}
	return new Map(
		[...outputs].map(([use, rows]) => {
			const schemas = rows.map((row) => schemaOf(row));
			return [use, { ...merge(schemas), version: 1 }];
		}),
	);
}
