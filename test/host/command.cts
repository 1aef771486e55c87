import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';

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
	const started = Date.now();
	const log = createWriteStream(options.logFile, { flags: 'a' });
	log.write(`\n$ ${command} ${args.join(' ')}\n`);
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		signal: options.signal,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const output: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const waiting = setInterval(() => {
		options.onWaiting?.(Math.round((Date.now() - started) / 1000));
	}, WAITING_INTERVAL_SECONDS * 1000);

	let code: unknown;
	try {
		[code] = await once(child, 'close');
	} catch (error) {
		throw commandError(command, options, error instanceof Error ? error.message : String(error));
	} finally {
		clearInterval(waiting);
		log.end();
		await once(log, 'finish');
	}
	if (code !== 0) {
		throw commandError(command, options, `it ended with code ${String(code)}`);
	}
	return Buffer.concat(output).toString('utf8');
}

function commandError(command: string, options: CommandOptions, reason: string): HostError {
	const tail = readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-LINES_SHOWN);
	return new HostError(
		`"${command}" failed: ${reason}.\n${options.advice}\n` +
			`Its last lines (all of them are in ${options.logFile}):\n  ${tail.join('\n  ')}`,
	);
}
