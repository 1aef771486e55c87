import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { asObject } from '../host/json.cts';
import { N8N_VERSION, N8N_VERSIONS, OLDEST_N8N_VERSION, repository } from '../host/paths.cts';
import { CHOSEN } from './chosen.cts';
import { tableOf } from './table.cts';

const HELP = `Usage: npm run test:versions -- [VERSION…] [--ci] [options of jest]

Runs the packed pack in several versions of n8n, and ends with a table of checks and times. Without
a version: ${N8N_VERSIONS.join(', ')}.

  --ci    the oldest and the newest of them
`;

interface Choice {
	versions: readonly string[];
	/** What jest gets. */
	rest: string[];
}

function readChoice(args: string[]): Choice {
	const versions = args.filter((arg) => /^\d+\.\d+\.\d+$/.test(arg));
	const rest = args.filter((arg) => arg !== '--ci' && !versions.includes(arg));
	if (args.includes('--ci')) versions.unshift(OLDEST_N8N_VERSION, N8N_VERSION);
	return { versions: versions.length > 0 ? [...new Set(versions)] : N8N_VERSIONS, rest };
}

function main(args: string[]): number {
	if (args.includes('--help')) {
		process.stdout.write(HELP);
		return 0;
	}
	const { versions, rest } = readChoice(args);
	const folder = mkdtempSync(join(tmpdir(), 'versions-'));
	try {
		const named = rest.find((arg) => arg.startsWith('--outputFile='));
		const report = named?.slice('--outputFile='.length) ?? join(folder, 'report.json');
		const asked = named === undefined ? ['--json', `--outputFile=${report}`] : [];
		const jest = join(repository, 'node_modules', '.bin', 'jest');
		const config = join('test', 'versions', 'jest.config.js');
		const { status } = spawnSync(jest, ['--config', config, ...asked, ...rest], {
			cwd: repository,
			env: { ...process.env, [CHOSEN]: versions.join(' ') },
			// What jest prints for --json goes into the file; people read the rest.
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		const text = readFileSync(report, 'utf8');
		process.stdout.write(`\n${tableOf(asObject(JSON.parse(text), 'report'))}\n`);
		return status ?? 1;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

process.exitCode = main(process.argv.slice(2));
