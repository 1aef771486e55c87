import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

import { HostError } from './command.cts';
import { freePort, LOOPBACK } from './ports.cts';
import { endGroup, endWithUs } from './processes.cts';
import { makeServiceFolder } from './serviceFolder.cts';
import { until } from './until.cts';

const READY_TIMEOUT_MS = 10_000;

/** A Redis on loopback that keeps nothing. */
export interface Redis {
	port: number;
	stop(): Promise<void>;
}

/** Starts a Redis, which n8n needs for its queue. */
export async function startRedis(): Promise<Redis> {
	const port = await freePort();
	const folder = makeServiceFolder('redis');
	const address = ['--port', String(port), '--bind', LOOPBACK];
	const nothingKept = ['--save', '', '--appendonly', 'no', '--dir', folder.path];
	const child = spawn(process.env.REDIS_PATH ?? 'redis-server', [...address, ...nothingKept], {
		detached: true,
		stdio: 'ignore',
	});
	endWithUs(child);
	const stop = async () => {
		await endGroup(child);
		folder.remove();
	};
	const failed = new Promise<never>((_resolve, reject) => {
		child.once('error', () =>
			reject(
				new HostError(
					'No Redis was found. Install it (Debian: apt-get install redis-server), ' +
						'or name its program in REDIS_PATH.',
				),
			),
		);
	});
	const ready = until(READY_TIMEOUT_MS, 'Redis to start', async () => await listens(port));
	try {
		await Promise.race([ready, failed]);
	} catch (error) {
		await stop();
		throw error;
	}
	return { port, stop };
}

async function listens(port: number): Promise<true | undefined> {
	const socket = connect(port, LOOPBACK);
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return undefined;
	} finally {
		socket.destroy();
	}
}
