import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { AutoGptApi } from '../../credentials/AutoGptApi.credentials';
import { resources } from '../../nodes/AutoGpt/resources';

const read = (name: string) => readFileSync(resolve(__dirname, '../..', name), 'utf8');

describe('What the package says of itself', () => {
	it('names every operation in the README', () => {
		const table = read('README.md')
			.split('\n')
			.filter((line) => /^\| [\w ]+ \| .+ \| [\w ,]+ \|$/.test(line))
			.map((line) => line.split('|').map((cell) => cell.trim()));
		for (const { name, operations } of resources) {
			const row = table.find(([, resource]) => resource === name);
			const reported = row?.[3]?.split(', ').sort();
			expect({ name, reported }).toEqual({
				name,
				reported: operations.map((one) => one.name).sort(),
			});
		}
	});

	it('names every script in the README', () => {
		const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
		const commands = [...read('README.md').matchAll(/^\| `(.+?)` \|/gm)].map(
			([, command]) => command,
		);
		const expected = Object.keys(scripts).map((name) =>
			['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`,
		);
		expect(commands.filter((command) => command?.startsWith('npm')).sort()).toEqual(
			expected.sort(),
		);
	});

	it('installs by npm without what n8n brings itself', () => {
		const commands = [
			...read('README.md').matchAll(/`(npm install [^`]*n8n-nodes-autogpt[^`]*)`/g),
		];
		expect(commands.length).toBeGreaterThan(1);
		// npm would build the peer dependency n8n-workflow, which fails where there is no compiler.
		const options = '--legacy-peer-deps --ignore-scripts n8n-nodes-autogpt';
		expect(commands.filter(([, command]) => !command?.includes(options))).toEqual([]);
	});

	it('names the same permissions to begin with as the form of the credential', () => {
		const [, permissions = 'none'] = /to begin with, choose (.+)\.$/m.exec(read('README.md')) ?? [];
		const field = new AutoGptApi().properties.find(({ name }) => name === 'apiKey');
		expect(field?.hint).toContain(`to begin with: ${permissions}.`);
	});

	it('counts them in the changelog', () => {
		const count = resources.flatMap(({ operations }) => operations).length;
		expect(read('CHANGELOG.md')).toContain(
			`${resources.length} resources with ${count} operations`,
		);
	});
});
