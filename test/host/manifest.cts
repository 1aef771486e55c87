import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asObject } from './json.cts';
import { N8N_VERSION } from './paths.cts';

/** What npm is to install, by the names of the files that say so. */
export type Manifest = Record<string, string>;

const LOCK = 'package-lock.json';

function read(...path: string[]): string {
	return readFileSync(join(__dirname, ...path), 'utf8');
}

/**
 * What to install for one version of n8n. The newest and the oldest have a lock file here, so that
 * every machine gets the same packages; those in between get what their own manifests ask for.
 */
export function manifestOf(version: string): Manifest {
	const npmrc = { '.npmrc': read('.npmrc') };
	if (version === N8N_VERSION) {
		return { 'package.json': read('package.json'), [LOCK]: read(LOCK), ...npmrc };
	}
	if (existsSync(join(__dirname, 'versions', version))) {
		const file = (name: string) => ({ [name]: read('versions', version, name) });
		return { ...file('package.json'), ...file(LOCK), ...npmrc };
	}
	return { 'package.json': unlocked(version), ...npmrc };
}

/** Whether every package that a manifest brings is named with its version. */
export function isLocked(manifest: Manifest): boolean {
	return LOCK in manifest;
}

function unlocked(version: string): string {
	const newest = asObject(JSON.parse(read('package.json')), 'manifest');
	const overrides = asObject(newest.overrides, 'overrides');
	const manifest = {
		...newest,
		description: `n8n ${version}, with the Node it needs`,
		dependencies: { n8n: version },
		// n8n 1 and early 2 name it by an address outside of the npm registry.
		overrides: { ...overrides, xlsx: '0.18.5' },
	};
	return `${JSON.stringify(manifest, null, 2)}\n`;
}
