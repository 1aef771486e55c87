import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { slowAgent } from '../emulator/agents';
import { startEmulator, type Account, type Emulator } from '../emulator/index.cts';
import { inChild } from './children.cts';
import type { Figures } from './measure.cts';
import type { WayJob } from './runsChild.cts';
import type { WayName, Work } from './ways.cts';

export interface Case {
	way: WayName;
	items: number;
}

/** A case and what came of it. */
export interface Measured extends Case, Figures {
	requests: number;
	/** Times when somebody asked for open runs; each may take several pages. */
	looks: number;
	/** Seconds that each run took. */
	seconds: number[];
	/** Milliseconds that the limit for starts and the last runs take, however it is done. */
	dictatedMs: number;
}

/** Starts that AutoGPT takes in one minute (contract: behaviour.md section 6). */
export const STARTS_A_MINUTE = 60;
const WINDOW_MS = 60_000;
/** Runs beyond the limit are started so long before a window ends, to be the same each time. */
const BEFORE_WINDOW_MS = 20_000;
/** With the HTTP Request node, the builder has to keep below the limits. */
const SAFE_BATCH = { starts: 50, reads: 100 };

/** Runs of 10, 9, … 2, 10, 9, … seconds. */
function durations(items: number): number[] {
	return Array.from({ length: items }, (_, index) => 10 - (index % 9));
}

function dictated(seconds: number[], firstStart: Date | undefined): number {
	const windows = Math.ceil(seconds.length / STARTS_A_MINUTE);
	const last = seconds.slice((windows - 1) * STARTS_A_MINUTE);
	const slowest = Math.max(...last) * 1000;
	if (windows === 1 || !firstStart) return slowest;
	const untilWindow = WINDOW_MS - (firstStart.getTime() % WINDOW_MS);
	return untilWindow + (windows - 2) * WINDOW_MS + slowest;
}

/** The AutoGPT emulator, with its limits, and an account of its own for each case. */
export class RunsStage {
	private constructor(private readonly emulator: Emulator) {}

	static async open(): Promise<RunsStage> {
		return new RunsStage(await startEmulator({ checkContract: false }));
	}

	async close(): Promise<void> {
		await this.emulator.close();
	}

	private work(account: Account, seconds: number[]): Work {
		const many = seconds.length > STARTS_A_MINUTE;
		return {
			baseUrl: this.emulator.baseUrl,
			apiKey: account.createKey(),
			agentId: account.createAgent(slowAgent).agentId,
			seconds,
			pollSeconds: seconds.length <= 10 ? 2 : 5,
			...(many ? { perMinute: SAFE_BATCH } : {}),
		};
	}

	async measure({ way, items }: Case): Promise<Measured> {
		const account = this.emulator.createAccount();
		const seconds = durations(items);
		const job: WayJob = {
			way,
			work: this.work(account, seconds),
			warmUp: this.work(this.emulator.createAccount(), [0]),
		};
		if (items > STARTS_A_MINUTE) {
			const untilWindow = WINDOW_MS - (Date.now() % WINDOW_MS);
			await sleep((untilWindow - BEFORE_WINDOW_MS + WINDOW_MS) % WINDOW_MS);
		}
		const figures = await inChild(join(__dirname, 'runsChild.cts'), job);
		if (figures.result !== items) {
			throw new Error(`${way}: ${figures.result} of ${items} runs came out`);
		}
		const own = this.emulator.requests.filter((request) => request.account === account.userId);
		const firstStart = own.find(({ method }) => method === 'POST')?.at;
		return {
			way,
			items,
			...figures,
			seconds,
			requests: own.length,
			looks: own.filter(({ path }) => /\/runs\?/.test(path) && !path.includes('cursor=')).length,
			dictatedMs: dictated(seconds, firstStart),
		};
	}
}
