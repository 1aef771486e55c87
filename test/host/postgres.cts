import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { HostError } from './command.cts';
import { freePort, LOOPBACK } from './ports.cts';
import { endGroup, endWithUs, hasEnded } from './processes.cts';
import { makeServiceFolder } from './serviceFolder.cts';
import { until } from './until.cts';

const READY_TIMEOUT_MS = 30_000;
/** Where Debian and Ubuntu keep PostgreSQL's programs, one folder for each version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const USER = 'n8n';
const DATABASE = 'postgres';
/** What a crash of the machine would need, and a test does not. */
const UNSAFE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** A PostgreSQL on loopback with an empty database, in a folder that goes with it. */
export interface Postgres {
	/** What n8n needs to use it. */
	settings: Record<string, string>;
	stop(): Promise<void>;
}

interface Owner {
	uid: number;
	gid: number;
}

/** Starts a PostgreSQL, n8n's database in queue mode. */
export async function startPostgres(): Promise<Postgres> {
	const programs = programsFolder();
	const owner = ownerOfData();
	const port = await freePort();
	const folder = makeServiceFolder('postgres');
	if (owner) chownSync(folder.path, owner.uid, owner.gid);
	const data = join(folder.path, 'data');
	const place = { cwd: folder.path, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...owner };
	try {
		const initialize = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync'];
		await promisify(execFile)(join(programs, 'initdb'), initialize, place);
	} catch (error) {
		folder.remove();
		throw new HostError(`PostgreSQL's initdb failed: ${String(error)}`);
	}
	const options = [`listen_addresses=${LOOPBACK}`, `port=${port}`, 'unix_socket_directories='];
	const child = spawn(
		join(programs, 'postgres'),
		['-D', data, ...[...options, ...UNSAFE].flatMap((option) => ['-c', option])],
		{ ...place, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
	);
	endWithUs(child);
	let log = '';
	child.stderr.setEncoding('utf8').on('data', (part: string) => (log += part));
	const stop = async () => {
		// "Fast": does not wait for clients that are still connected.
		await endGroup(child, { signal: 'SIGINT' });
		folder.remove();
	};
	try {
		await until(READY_TIMEOUT_MS, 'PostgreSQL to start', async () => {
			if (hasEnded(child)) throw new HostError(`PostgreSQL ended at its start:\n${log}`);
			return await Promise.resolve(log.includes('ready to accept connections') || undefined);
		});
	} catch (error) {
		await stop();
		throw error;
	}
	const settings = {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: LOOPBACK,
		DB_POSTGRESDB_PORT: String(port),
		DB_POSTGRESDB_USER: USER,
		DB_POSTGRESDB_DATABASE: DATABASE,
	};
	return { settings, stop };
}

function programsFolder(): string {
	const debian = existsSync(DEBIAN_FOLDER)
		? readdirSync(DEBIAN_FOLDER)
				.sort((a, b) => Number(b) - Number(a))
				.map((version) => join(DEBIAN_FOLDER, version, 'bin'))
		: [];
	const chosen = process.env.POSTGRES_PATH;
	const candidates = chosen ? [chosen] : [...debian, ...(process.env.PATH ?? '').split(delimiter)];
	const found = candidates.find((folder) => existsSync(join(folder, 'initdb')));
	if (found) return found;
	throw new HostError(
		'No PostgreSQL was found. Install it (Debian: apt-get install postgresql), ' +
			'or name the folder of its programs in POSTGRES_PATH.',
	);
}

/** PostgreSQL refuses to run as root: there it runs as the user that its package brings. */
function ownerOfData(): Owner | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const line = readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.find((entry) => entry.startsWith('postgres:'));
	const [, , uid, gid] = line?.split(':') ?? [];
	if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
	throw new HostError('PostgreSQL refuses to run as root, and there is no user "postgres".');
}
