import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostError, runCommand } from './command.cts';
import { asArray, asObject, asText } from './json.cts';
import { withLock } from './lock.cts';
import { hostRoot, repository } from './paths.cts';

/** Builds the pack and packs it as it would be published; gives back the tarball's path. */
export async function buildPack(signal?: AbortSignal): Promise<string> {
	const destination = join(hostRoot, 'pack');
	const logFile = join(hostRoot, 'pack.log');
	return await withLock(
		`${destination}.lock`,
		() => {},
		async () => {
			rmSync(destination, { recursive: true, force: true });
			rmSync(logFile, { force: true });
			mkdirSync(destination, { recursive: true });
			const options = { cwd: repository, logFile, signal };
			await runCommand('npm', ['run', 'build'], {
				...options,
				advice: 'The pack does not build. Run "npm ci" and then "npm run build" to see why.',
			});
			const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
			const output = await runCommand('npm', pack, {
				...options,
				advice: 'The pack could not be packed.',
			});
			return join(destination, packedName(output));
		},
	);
}

/**
 * Installs the tarball the way n8n installs a community package: with npm, into `nodes` of its
 * folder. So the nodes carry their real names. Whatever was installed there before is removed.
 */
export async function installPack(
	userFolder: string,
	tarball: string,
	signal?: AbortSignal,
): Promise<void> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	rmSync(nodes, { recursive: true, force: true });
	mkdirSync(nodes, { recursive: true });
	writeFileSync(join(nodes, 'package.json'), '{ "name": "installed-nodes", "private": true }\n');
	// n8n-workflow is a peer that n8n brings itself; without it nothing has to be downloaded.
	const install = ['install', tarball, '--legacy-peer-deps', '--omit=dev', '--omit=peer'];
	const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--offline'];
	await runCommand('npm', [...install, ...quiet], {
		cwd: nodes,
		logFile: join(userFolder, 'install-pack.log'),
		advice: 'The packed pack could not be installed into n8n.',
		signal,
	});
}

/** npm prints a list; npm 12 an object by package name. Either way there is one entry. */
function packedName(output: string): string {
	const parsed: unknown = JSON.parse(output);
	const entry = Array.isArray(parsed)
		? asArray(parsed, 'npm pack')[0]
		: Object.values(asObject(parsed, 'npm pack'))[0];
	if (entry === undefined) throw new HostError('"npm pack" packed nothing.');
	return asText(asObject(entry, 'npm pack').filename, 'npm pack: filename');
}
