import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PLANTED_FAULTS, type PlantedFault } from './faults.cts';

/** No suites take longer; with a fault a test may wait for ever. */
const LONGEST_MS = 5 * 60_000;
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

/**
 * `found`: a test failed. `survived`: all tests passed, or none ran. `timed out`: the tests did not
 * come to their end. `broken`: jest failed by something else than a test, which proves nothing.
 */
type Outcome = 'found' | 'survived' | 'timed out' | 'broken';

interface Trial {
	outcome: Outcome;
	/** The title of the test that found the fault. */
	by?: string;
}

/** Runs the tests of a fault with it, up to the first that fails. */
function plant(copy: string, { name, file, from, to, suites, test }: PlantedFault): Trial {
	const path = join(copy, file);
	const sound = readFileSync(path, 'utf8');
	const faulty = sound.replace(from, () => to);
	if (faulty === sound) return { outcome: 'broken' };
	writeFileSync(path, faulty);
	try {
		const jest = join('node_modules', '.bin', 'jest');
		const environment = join(copy, 'test', 'mutation', 'environment.js');
		const title = test?.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
		const choice = title === undefined ? [] : ['-t', title];
		const result = spawnSync(
			jest,
			['-w', '1', '--forceExit', '--bail', '--env', environment, ...choice, ...suites],
			{
				cwd: copy,
				encoding: 'utf8',
				env: { ...process.env, PLANTED_FAULT: name },
				timeout: LONGEST_MS,
				killSignal: 'SIGKILL',
				maxBuffer: 2 ** 28,
			},
		);
		if (/^Tests:\s+\d+ failed/m.test(result.stderr)) {
			return { outcome: 'found', by: /^ +● (.*)$/m.exec(result.stderr)?.[1] };
		}
		if (result.status === null) return { outcome: 'timed out' };
		return { outcome: result.status === 0 ? 'survived' : 'broken' };
	} finally {
		writeFileSync(path, sound);
	}
}

function main(words: string[]): number {
	const faults = PLANTED_FAULTS.filter(({ name, file, suites }) =>
		words.every((word) => [name, file, ...suites].join(' ').includes(word)),
	);
	const copy = copyRepository();
	let found = 0;
	try {
		for (const fault of faults) {
			const began = Date.now();
			const { outcome, by } = plant(copy, fault);
			if (outcome === 'found') found += 1;
			const told = outcome === 'found' ? 'found    ' : outcome.toUpperCase().padEnd(9);
			const seconds = Math.round((Date.now() - began) / 1000);
			console.log(`${told} ${seconds} s: ${fault.name} (${fault.file})`);
			if (by !== undefined) console.log(`          by: ${by}`);
		}
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
	console.log(`${found} of ${faults.length} planted faults were found.`);
	return found === faults.length ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
