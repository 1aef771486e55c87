import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PLANTED_FAULTS, type PlantedFault } from './faults.cts';

/** No suite takes longer; a test may wait for ever with a fault. */
const LONGEST_MS = 10 * 60_000;
const ROOT = join(__dirname, '..', '..');
const COPIED = [
	'client',
	'nodes',
	'credentials',
	'contract',
	'docs',
	'examples',
	'scripts',
	'test',
];
const FILES = ['package.json', 'tsconfig.json', 'jest.config.js', '.swcrc', 'README.md'];

/** Makes a copy of the repository in which faults can be planted. */
function copyRepository(): string {
	const copy = mkdtempSync(join(tmpdir(), 'planted-'));
	for (const name of [...COPIED, ...FILES]) {
		cpSync(join(ROOT, name), join(copy, name), { recursive: true });
	}
	symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
	return copy;
}

/** Whether the suites of a fault fail with it, by a test and not by something else. */
function isFound(copy: string, { file, from, to, suites }: PlantedFault): boolean {
	const path = join(copy, file);
	const sound = readFileSync(path, 'utf8');
	writeFileSync(
		path,
		sound.replace(from, () => to),
	);
	try {
		const jest = join('node_modules', '.bin', 'jest');
		const result = spawnSync(jest, ['-w', '1', '--forceExit', '--bail', ...suites], {
			cwd: copy,
			encoding: 'utf8',
			timeout: LONGEST_MS,
		});
		return result.status !== 0 && /^Tests:\s+\d+ failed/m.test(result.stderr);
	} finally {
		writeFileSync(path, sound);
	}
}

function main(words: string[]): number {
	const faults = PLANTED_FAULTS.filter(({ name, file, suites }) =>
		words.every((word) => [name, file, ...suites].join(' ').includes(word)),
	);
	const copy = copyRepository();
	let survivors = 0;
	try {
		for (const fault of faults) {
			const began = Date.now();
			const found = isFound(copy, fault);
			if (!found) survivors += 1;
			const seconds = Math.round((Date.now() - began) / 1000);
			console.log(`${found ? 'found   ' : 'SURVIVED'} ${seconds} s: ${fault.name} (${fault.file})`);
		}
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
	console.log(`${faults.length - survivors} of ${faults.length} planted faults were found.`);
	return survivors === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
