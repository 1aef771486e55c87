import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asArray, asObject, isObject } from '../host/json.cts';
import { cacheRoot, repository } from '../host/paths.cts';
import { PACKAGE_NAME, type Stack } from '../host/stack.cts';

export type Kind = 'nodes' | 'credentials';

/** What the package promises in `package.json`, as the file names say it. */
export function promised(kind: Kind): string[] {
	const manifest: unknown = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
	const files = asArray(asObject(asObject(manifest, 'manifest').n8n, 'n8n')[kind], kind);
	return files.map((file) => {
		const className = String(file).split('/').at(-1)?.split('.')[0] ?? '';
		const name = className.charAt(0).toLowerCase() + className.slice(1);
		return kind === 'nodes' ? `${PACKAGE_NAME}.${name}` : name;
	});
}

/** The names of all types that n8n has loaded. */
export async function typeNames({ api }: Stack, kind: Kind): Promise<string[]> {
	const types = await api.session.request('GET', `/types/${kind}.json`);
	return asArray(types, kind).flatMap((type) =>
		isObject(type) && typeof type.name === 'string' ? [type.name] : [],
	);
}

/** Lines of n8n's log that name the package. */
export function complaints({ n8n }: Stack): string[] {
	// n8n's own folder is named after the package, too.
	const lines = n8n.log().replaceAll(cacheRoot, '').split('\n');
	return lines.filter((line) => line.includes(PACKAGE_NAME));
}
