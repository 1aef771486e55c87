import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PLANTED_FAULTS } from '../planted/faults.cts';

const root = join(__dirname, '..', '..');
const testFiles = ['unit', 'integration'].flatMap((folder) =>
	readdirSync(join(root, 'test', folder)).map((name) => `test/${folder}/${name}`),
);

describe('Planted faults', () => {
	test.each(PLANTED_FAULTS.map((fault) => [fault.name, fault] as const))(
		'%s: stands in the code once, and its suites are there',
		(_, { file, from, to, suites, test: title }) => {
			expect(existsSync(join(root, file))).toBe(true);
			expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
			expect(to).not.toBe(from);
			for (const suite of suites) {
				expect(testFiles.some((name) => name.includes(suite))).toBe(true);
			}
			if (title === undefined) return;
			const named = testFiles.filter((name) => suites.some((suite) => name.includes(suite)));
			const texts = named.map((name) => readFileSync(join(root, name), 'utf8'));
			expect(texts.some((text) => text.includes(title))).toBe(true);
		},
	);
});
