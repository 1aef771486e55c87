/**
 * Writes the output schemas that n8n shows before a node has run, from what each operation returns
 * when it is tried on the AutoGPT emulator. `test/integration/schemas.test.cts` holds them against
 * that again.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import 'reflect-metadata';
import '../test/harness/userFolder.cts';
import { trials } from '../test/operations/index.cts';
import {
	outputSchemas,
	SCHEMA_VERSIONS,
	schemaFiles,
	schemaFolder,
	schemaText,
} from '../test/operations/schemas.cts';
import { triggerSchema, triggerSchemaFile } from '../test/operations/triggerSchema.cts';

async function main(): Promise<void> {
	const schemas = await outputSchemas(trials);
	for (const version of SCHEMA_VERSIONS) {
		rmSync(schemaFolder(version), { recursive: true, force: true });
	}
	for (const [use, schema] of schemas) {
		for (const file of schemaFiles(use)) {
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, schemaText(schema));
		}
	}
	mkdirSync(dirname(triggerSchemaFile), { recursive: true });
	writeFileSync(triggerSchemaFile, schemaText(await triggerSchema()));
	console.log(`${schemas.size + 1} output schemas written`);
}

void main().then(() => process.exit());
