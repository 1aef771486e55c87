import { parseArgs } from 'node:util';
import { HostError } from '../test/host/command.cts';
import { ensureHost } from '../test/host/install.cts';
import { N8N_VERSION, N8N_VERSIONS, OLDEST_N8N_VERSION } from '../test/host/paths.cts';

const HELP = `Usage: npm run host:install -- [VERSION…] [--ci]

Installs versions of n8n for the tests, where they are not there yet: ${N8N_VERSION} if none is named.
The tests take ${N8N_VERSIONS.join(', ')}.

  --ci    the newest and the oldest of them
`;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: {
			ci: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
		allowPositionals: true,
	});
	if (values.help) return say(HELP);
	if (values.ci) positionals.push(N8N_VERSION, OLDEST_N8N_VERSION);
	for (const version of positionals.length > 0 ? positionals : [N8N_VERSION]) {
		if (!/^\d+\.\d+\.\d+$/.test(version)) throw new HostError(`${version} is no version of n8n.`);
		const { directory } = await ensureHost({ version, onProgress: say });
		say(`n8n ${version}: ${directory}`);
	}
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
	process.exitCode = 1;
	if (!(error instanceof HostError)) throw error;
	process.stderr.write(`${error.message}\n`);
});
