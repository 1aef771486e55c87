import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AREAS, type Area } from './areas.cts';

const ROOT = join(__dirname, '..', '..');
const REPORTS = join('reports', 'mutation');
/** Percent of the mutations of an area that its tests must find. */
const LEAST_SCORE = 90;
/** What tests of areas do not read. */
const NOT_COPIED = [
	...['coverage', 'dist', 'docs', 'examples', 'reports', 'scripts'],
	...['test/bench', 'test/e2e', 'test/host', 'test/saved', 'test/versions'],
	'nodes/AutoGpt/__schema__',
];

/** What Stryker is told (https://stryker-mutator.io/docs/stryker-js/configuration). */
function configOf(area: Area, folder: string): object {
	const report = join(REPORTS, area.name);
	return {
		testRunner: 'jest',
		plugins: ['@stryker-mutator/jest-runner'],
		mutate: area.files,
		// Words of messages and logs are held by tests of their own.
		mutator: { excludedMutations: ['StringLiteral'] },
		coverageAnalysis: 'perTest',
		jest: {
			enableFindRelatedTests: false,
			config: {
				testMatch: area.suites.map((suite) => `<rootDir>/test/${suite}.test.{ts,cts}`),
				testEnvironment: './test/mutation/environment.js',
				moduleNameMapper: { '^n8n-workflow$': '<rootDir>/test/mutation/n8nWorkflow.js' },
			},
		},
		// A mutation that makes a test wait for ever counts as found, a slow machine must not.
		timeoutMS: 20_000,
		timeoutFactor: 3,
		// What jest loads anew for each mutation is never let go of.
		maxTestRunnerReuse: 20,
		concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
		incremental: true,
		incrementalFile: `${report}.incremental.json`,
		reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
		clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
		htmlReporter: { fileName: `${report}.html` },
		jsonReporter: { fileName: `${report}.json` },
		thresholds: { high: 100, low: LEAST_SCORE, break: LEAST_SCORE },
		// The copy that is mutated stands where no linter looks.
		tempDirName: join(folder, 'copy'),
		ignorePatterns: NOT_COPIED,
		cleanTempDir: 'always',
		allowEmpty: false,
	};
}

/** Mutates an area, and says whether its tests found enough of it. */
function runArea(area: Area): boolean {
	const began = Date.now();
	const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
	try {
		const config = join(folder, 'stryker.config.json');
		writeFileSync(config, JSON.stringify(configOf(area, folder)));
		const stryker = join('node_modules', '.bin', 'stryker');
		return spawnSync(stryker, ['run', config], { cwd: ROOT, stdio: 'inherit' }).status === 0;
	} finally {
		rmSync(folder, { recursive: true, force: true });
		const minutes = ((Date.now() - began) / 60_000).toFixed(1);
		console.log(`== ${area.name}: ${minutes} minutes`);
	}
}

function main(names: string[]): number {
	const unknown = names.filter((name) => !AREAS.some((area) => area.name === name));
	if (unknown.length > 0) {
		console.error(`No area '${unknown.join("', '")}'. There are: ${AREAS.map(({ name }) => name)}`);
		return 1;
	}
	mkdirSync(join(ROOT, REPORTS), { recursive: true });
	const areas = AREAS.filter(({ name }) => names.length === 0 || names.includes(name));
	const weak = areas.filter((area) => !runArea(area));
	if (weak.length > 0) console.error(`Below ${LEAST_SCORE} %: ${weak.map(({ name }) => name)}`);
	return weak.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
