/** Runs all benchmarks, one after the other; ends with 1 when one of them missed what is wanted. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const FILES = ['runs.cts', 'files.cts', 'trigger.cts', 'openWaits.cts'];

const statuses = FILES.map((file) => {
	const script = join(__dirname, file);
	const { status } = spawnSync(process.execPath, ['--require', 'tsx/cjs', script], {
		stdio: 'inherit',
	});
	return status;
});

process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
