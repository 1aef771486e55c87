import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const CHECK_INTERVAL_MS = 1000;
/** A lock without an owner's number in it is one that is being taken just now, unless it is old. */
const CHECKS_BEFORE_AN_UNOWNED_LOCK_IS_STALE = 5;

/** Runs `work` while no other process runs work under the same lock folder. */
export async function withLock<T>(
	lock: string,
	onWaiting: () => void,
	work: () => Promise<T>,
): Promise<T> {
	let unownedChecks = 0;
	for (let attempt = 0; !take(lock); attempt++) {
		const owner = ownerOf(lock);
		unownedChecks = owner === undefined ? unownedChecks + 1 : 0;
		const stale =
			owner === undefined
				? unownedChecks > CHECKS_BEFORE_AN_UNOWNED_LOCK_IS_STALE
				: !isRunning(owner);
		if (stale) {
			rmSync(lock, { recursive: true, force: true });
			continue;
		}
		if (attempt === 0) onWaiting();
		await delay(CHECK_INTERVAL_MS);
	}
	try {
		return await work();
	} finally {
		rmSync(lock, { recursive: true, force: true });
	}
}

function take(lock: string): boolean {
	mkdirSync(dirname(lock), { recursive: true });
	try {
		mkdirSync(lock);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
		throw error;
	}
	writeFileSync(join(lock, 'pid'), String(process.pid));
	return true;
}

function ownerOf(lock: string): number | undefined {
	try {
		const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
		return pid > 0 ? pid : undefined;
	} catch {
		return undefined;
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}
