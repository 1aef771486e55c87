import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const PATIENCE_MS = 3000;

/** Whether the child has ended, or never was. */
export function hasEnded(child: ChildProcess): boolean {
	return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Signals a child that was spawned `detached`, together with all that it started itself. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, signal);
	} catch {
		// The group is gone already.
	}
}

/** Takes the child's group along when this process exits before the child has ended. */
export function endWithUs(child: ChildProcess): void {
	const kill = () => signalGroup(child, 'SIGKILL');
	process.once('exit', kill);
	child.once('exit', () => process.off('exit', kill));
}

/** Asks the child to end, ends its whole group if it takes too long, and waits until it is gone. */
export async function endGroup(
	child: ChildProcess,
	{
		patienceMs = PATIENCE_MS,
		signal = 'SIGTERM',
	}: { patienceMs?: number; signal?: NodeJS.Signals } = {},
): Promise<void> {
	if (hasEnded(child)) return;
	const ended = once(child, 'exit');
	const force = setTimeout(() => signalGroup(child, 'SIGKILL'), patienceMs);
	child.kill(signal);
	await ended;
	clearTimeout(force);
	// What the child has left behind is of no use to anyone.
	signalGroup(child, 'SIGKILL');
}
