import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HostError } from './command.cts';
import { ensureHost, type HostInstall } from './install.cts';
import { freePort, LOOPBACK, portIsFree } from './ports.cts';
import { endGroup, endWithUs, hasEnded, signalGroup } from './processes.cts';

export interface N8nOptions {
	/** n8n keeps its database, its key and its community packages in `<userFolder>/.n8n`. */
	userFolder: string;
	/** Left out: any free port. */
	port?: number;
	env?: Record<string, string>;
	/** Receives n8n's output as well. */
	logFile?: string;
	onLog?: (text: string) => void;
	install?: HostInstall;
	/** Queue mode: a worker carries out executions, a webhook process takes webhooks, for a main n8n. */
	command?: 'start' | 'worker' | 'webhook';
	/** Ends the start, not an n8n that is up. */
	signal?: AbortSignal;
}

export interface N8n {
	url: string;
	port: number;
	pid: number;
	/** All that n8n has written so far. */
	log(): string;
	/** Asks n8n to end and waits until it has. */
	stop(): Promise<void>;
	/** Ends n8n the way a crash does. */
	kill(): Promise<void>;
	/** Settles when n8n has ended, for whatever reason. */
	ended: Promise<void>;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_INTERVAL_MS = 150;
const LOG_LINES_SHOWN = 20;

/** Starts a real n8n on loopback and waits until it serves its API. */
export async function startN8n(options: N8nOptions): Promise<N8n> {
	const install = options.install ?? (await ensureHost());
	const port = options.port ?? (await freePort());
	if (!(await portIsFree(port))) {
		throw new HostError(
			`Port ${port} is in use. Stop what listens there (an n8n of yours?) or choose another port.`,
		);
	}
	mkdirSync(options.userFolder, { recursive: true });
	const child = spawn(install.node, [install.n8n, options.command ?? 'start'], {
		cwd: options.userFolder,
		env: { ...(await environment(options, port, install)), ...options.env },
		// Its own process group: a kill takes n8n's helpers along, and Ctrl+C reaches only us,
		// so that we can stop things in order.
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const log = collectLog(child, options);
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => resolve());
		child.once('error', () => resolve());
	});
	endWithUs(child);

	const n8n: N8n = {
		url: `http://localhost:${port}`,
		port,
		pid: child.pid ?? 0,
		log,
		ended,
		stop: async () => {
			await endGroup(child, { patienceMs: STOP_TIMEOUT_MS });
		},
		kill: async () => {
			signalGroup(child, 'SIGKILL');
			await ended;
			// By this file n8n knows that it crashed, and then waits ten seconds before it starts.
			rmSync(join(options.userFolder, '.n8n', 'crash.journal'), { force: true });
		},
	};
	try {
		await untilReady(n8n, child, options.signal);
	} catch (error) {
		await n8n.kill();
		throw error;
	}
	return n8n;
}

async function untilReady(n8n: N8n, child: ChildProcess, signal?: AbortSignal): Promise<void> {
	const deadline = Date.now() + READY_TIMEOUT_MS;
	while (!(await answers(`http://${LOOPBACK}:${n8n.port}/healthz/readiness`))) {
		signal?.throwIfAborted();
		if (hasEnded(child)) throw startError(n8n, 'n8n ended while it was starting.');
		if (Date.now() > deadline) throw startError(n8n, 'n8n did not become ready in two minutes.');
		await delay(POLL_INTERVAL_MS);
	}
}

function startError(n8n: N8n, reason: string): HostError {
	const tail = n8n.log().trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n  ');
	return new HostError(`${reason} Its last lines:\n  ${tail}`);
}

async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url)).ok;
	} catch {
		return false;
	}
}

function collectLog(child: ChildProcess, options: N8nOptions): () => string {
	let text = '';
	const file = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined;
	const add = (part: string) => {
		text += part;
		file?.write(part);
		options.onLog?.(part);
	};
	child.stdout?.setEncoding('utf8').on('data', add);
	child.stderr?.setEncoding('utf8').on('data', add);
	child.once('error', (error) => add(`${error.message}\n`));
	void once(child, 'close').then(
		() => file?.end(),
		() => file?.end(),
	);
	return () => text;
}

/** n8n sees only this: nothing that its caller happens to have set can change what it does. */
async function environment(
	options: N8nOptions,
	port: number,
	install: HostInstall,
): Promise<Record<string, string>> {
	const off = Object.fromEntries(SWITCHED_OFF.map((name) => [name, 'false']));
	return {
		...off,
		PATH: process.env.PATH ?? '',
		HOME: options.userFolder,
		NODE_ENV: 'production',
		N8N_USER_FOLDER: options.userFolder,
		N8N_HOST: 'localhost',
		N8N_PORT: String(port),
		QUEUE_HEALTH_CHECK_ACTIVE: String(options.command === 'worker'),
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_LISTEN_ADDRESS: LOOPBACK,
		N8N_EDITOR_BASE_URL: `http://localhost:${port}`,
		N8N_WEBHOOK_URL: `http://localhost:${port}`,
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: LOOPBACK,
		...disabledModules(install),
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_LOG_LEVEL: 'info',
		GENERIC_TIMEZONE: 'UTC',
	};
}

/** It would ask api.n8n.io for a list. An older n8n does not start if it is told of it. */
function disabledModules({ directory }: HostInstall): Record<string, string> {
	const modules = join(directory, 'node_modules', 'n8n', 'dist', 'modules');
	const name = 'mcp-registry';
	return existsSync(join(modules, name)) ? { N8N_DISABLED_MODULES: name } : {};
}

/** Whatever would call home, ask for something or cover the canvas. */
const SWITCHED_OFF = [
	'N8N_DIAGNOSTICS_ENABLED',
	'N8N_DYNAMIC_BANNERS_ENABLED',
	'N8N_HIRING_BANNER_ENABLED',
	'N8N_LICENSE_AUTO_RENEW_ENABLED',
	'N8N_PERSONALIZATION_ENABLED',
	'N8N_SECURE_COOKIE',
	'N8N_TEMPLATES_ENABLED',
	'N8N_VERIFIED_PACKAGES_ENABLED',
	'N8N_VERSION_NOTIFICATIONS_ENABLED',
	'N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED',
];
