import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, createWriteStream, readFileSync } from 'node:fs';
import { endGroup, endWithUs } from './processes.cts';

/** A failure that the person at the terminal can do something about: printed without a stack. */
export class HostError extends Error {
	override name = 'HostError';
}

export interface CommandOptions {
	cwd: string;
	/** Where the command's whole output goes; what it printed last is shown if it fails. */
	logFile: string;
	env?: NodeJS.ProcessEnv;
	/** What to try when the command fails. */
	advice: string;
	signal?: AbortSignal;
	/** Called every half minute while the command runs. */
	onWaiting?: (seconds: number) => void;
}

const WAITING_INTERVAL_SECONDS = 30;
const LINES_SHOWN = 15;

/** Runs a command to its end and gives back what it wrote to standard output. */
export async function runCommand(
	command: string,
	args: string[],
	options: CommandOptions,
): Promise<string> {
	options.signal?.throwIfAborted();
	appendFileSync(options.logFile, `\n$ ${command} ${args.join(' ')}\n`);
	const log = createWriteStream(options.logFile, { flags: 'a' });
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		// Its own process group, so that its helpers can be ended with it.
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	endWithUs(child);
	const output: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const failure = await ended(child, options);
	log.end();
	await once(log, 'finish');
	options.signal?.throwIfAborted();
	if (failure) throw commandError(command, options, failure);
	return Buffer.concat(output).toString('utf8');
}

/** Waits for the child's end; gives back why it failed, if it did. */
async function ended(child: ChildProcess, options: CommandOptions): Promise<string | undefined> {
	const started = Date.now();
	const waiting = setInterval(() => {
		options.onWaiting?.(Math.round((Date.now() - started) / 1000));
	}, WAITING_INTERVAL_SECONDS * 1000);
	const abort = () => void endGroup(child);
	options.signal?.addEventListener('abort', abort, { once: true });
	try {
		const [code]: unknown[] = await once(child, 'close');
		return code === 0 ? undefined : `it ended with code ${String(code)}`;
	} catch (error) {
		const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		return isMissing ? 'there is no such program on the PATH' : String(error);
	} finally {
		clearInterval(waiting);
		options.signal?.removeEventListener('abort', abort);
	}
}

function commandError(command: string, options: CommandOptions, reason: string): HostError {
	const tail = readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-LINES_SHOWN);
	return new HostError(
		`"${command}" failed: ${reason}.\n${options.advice}\n` +
			`Its last lines (all of them are in ${options.logFile}):\n  ${tail.join('\n  ')}`,
	);
}
