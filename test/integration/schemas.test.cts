import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { resources } from '../../nodes/AutoGpt/resources';
import { trials } from '../operations/index.cts';
import {
	outputSchemas,
	SCHEMA_VERSIONS,
	schemaFiles,
	schemaFolder,
	schemaText,
	type OutputSchema,
} from '../operations/schemas.cts';
import { triggerSchema, triggerSchemaFile } from '../operations/triggerSchema.cts';

const uses = resources.flatMap(({ value, operations }) =>
	operations.map((operation) => `${value}.${operation.value}`),
);

describe('Output schemas', () => {
	let schemas: Map<string, OutputSchema>;

	beforeAll(async () => {
		schemas = await outputSchemas(trials);
	});

	it('are those of what the operations return (npm run generate:schemas writes them)', () => {
		for (const [use, schema] of schemas) {
			for (const file of schemaFiles(use)) {
				const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
				expect([file, text]).toEqual([file, schemaText(schema)]);
			}
		}
	});

	it('have ten fields at most, so that they can be taken in', () => {
		for (const [use, { properties }] of schemas) {
			// What stands there in two forms counts once: values and lists of them, a name and its ID.
			const names = Object.keys(properties ?? {}).filter(
				(name) => !['output_values', 'agent_name', 'node_exec_id'].includes(name),
			);
			expect([use, names.length > 10 ? names : []]).toEqual([use, []]);
		}
	});

	it('is that of the usual event for the trigger', async () => {
		const text = readFileSync(triggerSchemaFile, 'utf8');
		expect(text).toBe(schemaText(await triggerSchema()));
	});

	it.each(SCHEMA_VERSIONS)('are there for every operation and for nothing else (%s)', (version) => {
		const folder = schemaFolder(version);
		const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.json'))
			.map((name) => name.replace('.json', '').replaceAll(/[\\/]/g, '.'));
		expect(files.sort()).toEqual([...uses].sort());
	});
});
