import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startN8n, type N8n, type N8nOptions } from './n8n.cts';
import { freePort, LOOPBACK } from './ports.cts';
import { startPostgres } from './postgres.cts';
import { startRedis } from './redis.cts';
import { startStack, type EmulatorOptions, type Stack } from './stack.cts';

/** An n8n in queue mode: a main process, one for webhooks, and workers, on PostgreSQL and Redis. */
export interface QueueStack {
	stack: Stack;
	/** Takes production webhooks, which the main process does not. */
	webhook: N8n;
	workers: N8n[];
	/** Starts one more worker, in the place of one that was killed. */
	addWorker(settings?: Record<string, string>): Promise<N8n>;
	stop(): Promise<void>;
}

export interface QueueOptions {
	userFolder: string;
	tarball?: string;
	workers: number;
	emulator?: EmulatorOptions;
}

/**
 * So that a worker that was killed is missed after seconds instead of a minute; one that only comes
 * late on a busy machine is not.
 */
const QUICK_TO_MISS_WORKERS = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
	QUEUE_WORKER_STALLED_INTERVAL: '2000',
};

/** Starts it all in order; whatever was started is stopped again if a later part fails. */
export async function startQueue(options: QueueOptions): Promise<QueueStack> {
	const { userFolder, tarball, emulator } = options;
	rmSync(userFolder, { recursive: true, force: true });
	mkdirSync(userFolder, { recursive: true });
	const started: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (let end = started.pop(); end; end = started.pop()) await end();
	};
	try {
		const redis = await startRedis();
		started.push(redis.stop);
		const postgres = await startPostgres();
		started.push(postgres.stop);
		const webhookPort = await freePort();
		const n8nEnv = {
			...postgres.settings,
			...QUICK_TO_MISS_WORKERS,
			EXECUTIONS_MODE: 'queue',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			QUEUE_BULL_REDIS_HOST: LOOPBACK,
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
			N8N_WEBHOOK_URL: `http://localhost:${webhookPort}`,
		};
		const logOf = (name: string) => join(userFolder, `${name}.log`);
		const stack = await startStack({
			...{ userFolder, tarball, emulator, n8nEnv },
			logFile: logOf('n8n'),
		});
		started.push(stack.stop);

		const starts: Array<Promise<N8n>> = [];
		const start = async (name: string, more: Partial<N8nOptions>): Promise<N8n> => {
			const n8n = startN8n({ userFolder, env: n8nEnv, logFile: logOf(name), ...more });
			starts.push(n8n);
			return await n8n;
		};
		started.push(async () => {
			const processes = await Promise.allSettled(starts);
			await Promise.all(
				processes.map(async (one) => {
					if (one.status === 'fulfilled') await one.value.stop();
				}),
			);
		});
		const addWorker = async (settings: Record<string, string> = {}) => {
			const env = { ...n8nEnv, ...settings };
			const worker = await start(`worker-${starts.length}`, { command: 'worker', env });
			workers.push(worker);
			return worker;
		};
		const workers: N8n[] = [];
		const [webhook] = await Promise.all([
			start('webhook', { command: 'webhook', port: webhookPort }),
			...Array.from({ length: options.workers }, async () => await addWorker()),
		]);
		return { stack, webhook, workers, addWorker, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
