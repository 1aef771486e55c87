/**
 * Runs the benchmarks, one after the other; ends with 1 when one of them missed what is wanted.
 * `npm run bench -- executions dropdown` runs those alone.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Benchmarks by name: their file, and what it is told. */
const BENCHMARKS: Record<string, readonly [file: string, ...args: string[]]> = {
	runs: ['runs.cts'],
	files: ['files.cts'],
	trigger: ['trigger.cts'],
	openWaits: ['openWaits.cts'],
	executions: ['executions.cts', 'executions'],
	steady: ['executions.cts', 'steady'],
	processes: ['executions.cts', 'processes'],
	workers: ['executions.cts', 'workers'],
	single: ['executions.cts', 'single'],
	dropdown: ['executions.cts', 'dropdown'],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
	console.error(
		`No benchmark is called ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`,
	);
	process.exit(1);
}

const statuses = Object.entries(BENCHMARKS)
	.filter(([name]) => asked.length === 0 || asked.includes(name))
	.map(([, [file, ...args]]) => {
		const script = join(__dirname, file);
		const { status } = spawnSync(process.execPath, ['--require', 'tsx/cjs', script, ...args], {
			stdio: 'inherit',
		});
		return status;
	});

process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
