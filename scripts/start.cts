import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HostError } from '../test/host/command.cts';
import { greet, greetByGraph } from '../test/host/greeting.cts';
import { cacheRoot, DEFAULT_N8N_VERSION, hostRoot } from '../test/host/paths.cts';
import { portIsFree } from '../test/host/ports.cts';
import { OWNER } from '../test/host/session.cts';
import { startStack, type Stack } from '../test/host/stack.cts';

const DEFAULT_PORT = 5678;
const INTERRUPTED = 130;

const HELP = `Usage: npm start [-- options]

Starts n8n ${DEFAULT_N8N_VERSION} on this computer with this pack in it, beside an emulator of AutoGPT; makes a
greeting agent there and a workflow that runs it, and runs the workflow.
The first start installs n8n into ${cacheRoot} (about 4 minutes, 3 GB).
Nothing listens beyond loopback.

  --api v1       an AutoGPT that has the older API v1 only, as those from before API v2
  --exit         stop everything after the greeting, and end with code 0 if it came
  --port NUMBER  where n8n listens (${DEFAULT_PORT})
  --pack FILE    use this packed pack instead of building one
  --help         show this text
`;

interface Settings {
	port: number;
	exit: boolean;
	api: 'v1' | 'v2';
	pack?: string;
}

function readSettings(): Settings | undefined {
	const { values } = parseArgs({
		options: {
			api: { type: 'string', default: 'v2' },
			exit: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
			port: { type: 'string', default: String(DEFAULT_PORT) },
			pack: { type: 'string' },
		},
	});
	if (values.help) return undefined;
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 1 || port > 65_535) {
		throw new HostError(`--port takes a number from 1 to 65535, not "${values.port}".`);
	}
	const { api } = values;
	if (api !== 'v1' && api !== 'v2') {
		throw new HostError(`--api takes v1 or v2, not "${api}".`);
	}
	return { port, api, exit: values.exit, pack: values.pack && resolve(values.pack) };
}

async function start(settings: Settings, signal: AbortSignal): Promise<void> {
	if (!(await portIsFree(settings.port))) {
		throw new HostError(
			`Port ${settings.port} is in use, perhaps by another n8n. Stop that, or choose another ` +
				'port: npm start -- --port 5679',
		);
	}
	// One folder for each port: two n8n never share a database.
	const userFolder = join(hostRoot, 'start', String(settings.port));
	mkdirSync(userFolder, { recursive: true });
	const stack = await startStack({
		userFolder,
		port: settings.port,
		tarball: settings.pack,
		emulator: settings.api === 'v1' ? { mode: { version: 'none', v1: 'V7' } } : undefined,
		logFile: join(userFolder, 'n8n.log'),
		onProgress: say,
		signal,
	});
	try {
		say('Running the workflow…');
		const greeting = await (settings.api === 'v1' ? greetByGraph(stack) : greet(stack));
		say(`\n  ${greeting.text}\n`);
		if (settings.exit) return;
		say(whatNext(stack, greeting.workflowUrl));
		await Promise.race([stack.n8n.ended, aborted(signal)]);
		if (!signal.aborted) throw new HostError(`n8n ended by itself. See ${userFolder}/n8n.log.`);
		say('\nStopping…');
	} finally {
		await stack.stop();
	}
}

function whatNext(stack: Stack, workflowUrl: string): string {
	return `That was said by an agent in the AutoGPT emulator, which runs beside n8n at
${stack.emulator.baseUrl}. It is not AutoGPT, and forgets all when it stops.

  Open      ${workflowUrl}
  E-mail    ${OWNER.email}
  Password  ${OWNER.password}

To use your own AutoGPT, make a credential "AutoGPT API" in n8n with its address and your key.
Press Ctrl+C to stop.`;
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

async function aborted(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}

async function main(): Promise<number> {
	const interruption = new AbortController();
	setMaxListeners(0, interruption.signal);
	const interrupt = () => {
		// Whoever asks twice does not want to wait.
		if (interruption.signal.aborted) process.exit(INTERRUPTED);
		interruption.abort();
	};
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', interrupt);
	try {
		const settings = readSettings();
		if (settings) await start(settings, interruption.signal);
		else say(HELP);
		return 0;
	} catch (error) {
		if (interruption.signal.aborted) {
			say('\nInterrupted; everything is stopped.');
			return INTERRUPTED;
		}
		const expected = error instanceof HostError || isArgumentError(error);
		const text = error instanceof Error ? (expected ? error.message : error.stack) : String(error);
		process.stderr.write(`\nThe start failed. ${text}\n`);
		return 1;
	}
}

function isArgumentError(error: unknown): boolean {
	return (
		error instanceof Error &&
		'code' in error &&
		typeof error.code === 'string' &&
		error.code.startsWith('ERR_PARSE_ARGS')
	);
}

void main().then((code) => process.exit(code));
