import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const text = readFileSync(join(root, 'docs/promises.md'), 'utf8');

/** Rows of the table: a promise, the file of its tests, and their titles. */
const rows = [...text.matchAll(/^\| (.+) \| `(test\/\S+)` \| (.+) \|$/gm)].map(
	([, promise = '', file = '', titles = '']): [string, string, string[]] => [
		promise,
		file,
		titles.split(' · '),
	],
);

/** The source of a test file, in which titles stand as they are written there. */
function sourceOf(file: string): string {
	const path = join(root, file);
	return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

describe('docs/promises.md', () => {
	it('has a row for each line of its table', () => {
		const lines = text.split('\n').filter((line) => line.startsWith('| '));
		expect(rows).toHaveLength(lines.length - 1);
		expect(rows.length).toBeGreaterThan(30);
	});

	it.each(rows)('%s: its tests exist', (_, file, titles) => {
		const source = sourceOf(file);
		const isTest = (title: string) =>
			["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
		expect(titles.filter((title) => !isTest(title))).toEqual([]);
	});
});
