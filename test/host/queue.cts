import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';

import { HostError } from './command.cts';
import { freePort, LOOPBACK } from './ports.cts';
import { endGroup, endWithUs } from './processes.cts';
import { until } from './until.cts';

const PATIENT_SQLITE = join(__dirname, 'patientSqlite.cjs');
const READY_TIMEOUT_MS = 10_000;

/** A Redis on loopback that keeps nothing. */
export interface Redis {
	port: number;
	stop(): Promise<void>;
}

/** Starts a Redis, which n8n needs for its queue. */
export async function startRedis(): Promise<Redis> {
	const port = await freePort();
	const args = ['--port', String(port), '--bind', LOOPBACK, '--save', '', '--appendonly', 'no'];
	const child = spawn(process.env.REDIS_PATH ?? 'redis-server', args, {
		detached: true,
		stdio: 'ignore',
	});
	endWithUs(child);
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
	await Promise.race([ready, failed]);
	return { port, stop: async () => await endGroup(child) };
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

/** What n8n's processes need to share the work by a queue. */
export function queueSettings({ port }: Pick<Redis, 'port'>): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		QUEUE_BULL_REDIS_HOST: LOOPBACK,
		QUEUE_BULL_REDIS_PORT: String(port),
		NODE_OPTIONS: `--require ${JSON.stringify(PATIENT_SQLITE)}`,
	};
}
