import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asArray, asObject, isObject } from '../host/json.cts';
import { cacheRoot, repository } from '../host/paths.cts';
import { AUTOGPT_NODE, CREDENTIAL_TYPE, PACKAGE_NAME } from '../host/stack.cts';
import { useStack } from './stack.cts';

/** What the package promises in `package.json`, as the file names say it. */
function promised(kind: 'nodes' | 'credentials'): string[] {
	const manifest: unknown = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
	const files = asArray(asObject(asObject(manifest, 'manifest').n8n, 'n8n')[kind], kind);
	return files.map((file) => {
		const className = String(file).split('/').at(-1)?.split('.')[0] ?? '';
		return className.charAt(0).toLowerCase() + className.slice(1);
	});
}

describe('The packed pack in n8n', () => {
	const stack = useStack('pack');

	async function typeNames(kind: 'nodes' | 'credentials'): Promise<string[]> {
		const types = await stack().api.session.request('GET', `/types/${kind}.json`);
		return asArray(types, kind).flatMap((type) =>
			isObject(type) && typeof type.name === 'string' ? [type.name] : [],
		);
	}

	test('has every node under its real name', async () => {
		const names = await typeNames('nodes');
		expect(names).toContain(AUTOGPT_NODE);
		expect(names).toEqual(
			expect.arrayContaining(promised('nodes').map((node) => `${PACKAGE_NAME}.${node}`)),
		);
	});

	test('has every credential', async () => {
		const names = await typeNames('credentials');
		expect(names).toContain(CREDENTIAL_TYPE);
		expect(names).toEqual(expect.arrayContaining(promised('credentials')));
	});

	test('loads without a complaint of n8n', () => {
		// n8n's own folder is named after the package, too.
		const complaints = stack()
			.n8n.log()
			.replaceAll(cacheRoot, '')
			.split('\n')
			.filter((line) => line.includes(PACKAGE_NAME));
		expect(complaints).toEqual([]);
	});
});
