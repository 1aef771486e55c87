import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeType } from 'n8n-workflow';

import { repository } from '../host/paths.cts';

/** The AutoGPT node as it is published: compiled by `npm run build`. */
export function builtNode(): INodeType {
	const file = join(repository, 'dist/nodes/AutoGpt/AutoGpt.node.js');
	if (!existsSync(file)) throw new Error('Nothing is built yet: run "npm run build" first.');
	const { AutoGpt } = createRequire(__filename)(file) as { AutoGpt: new () => INodeType };
	return new AutoGpt();
}
