import type { Run, RunDetails } from '../contract/types';
import { isLack, PlatformError } from '../errors/platformError';
import { monotonicNow } from '../util/monotonic';
import { pause } from './pause';

/** How runs are waited for with an API. */
export interface WatchRules {
	/** Pause before the first check of a run, in milliseconds. */
	firstPauseMs: number;
	/** What each pause is longer by than the one before. */
	growth: number;
	/** No pause is longer, whatever the user allows, in milliseconds. */
	longestPauseMs: number;
	/** Whether a list tells which of many runs are open; else each is read. */
	listsRuns: boolean;
	/** Runs that are read at the same time. */
	readsAtOnce: number;
}

/** A run that is waited for. */
export interface WatchedRun {
	id: string;
	/** Its graph, where that is known. */
	graphId?: string;
	/** When its time limit is over, in milliseconds since the epoch; Infinity for never. */
	deadline: number;
	/** Whether the wait ends when the run asks for a review. */
	returnReviews: boolean;
	/** Longest pause between two checks, in milliseconds. */
	longestIntervalMs: number;
}

/** What tells a run from others. */
export type RunToSee = Pick<WatchedRun, 'id' | 'graphId'>;

/** What a check of a run came to. */
export type Sight = RunDetails | PlatformError;

/** A run as it went on, without what may be large. */
export interface LastSeen {
	run: RunDetails;
	/** In milliseconds since the epoch. */
	at: number;
}

/** One execution that waits for runs, and its own way to AutoGPT. */
export interface Watcher {
	/** How the server lets runs be waited for, as far as is known now. */
	readonly rules: WatchRules;
	/**
	 * Which of these runs are open, by a list.
	 *
	 * @param signal ends the request, since the execution has left
	 */
	list(runs: readonly RunToSee[], signal: AbortSignal): Promise<Map<string, Run>>;
	/**
	 * Reads a run.
	 *
	 * @param isCheck whether it probably goes on still
	 */
	read(run: RunToSee, signal: AbortSignal, isCheck: boolean): Promise<RunDetails>;
	/** Called for each wait with what was seen of its run; says whether the wait is over. */
	onSight(run: WatchedRun, sight: Sight): boolean;
	/** Called when time limits are over: these runs are not watched any more. */
	onDeadline(over: ReadonlyArray<{ run: WatchedRun; lastSeen?: LastSeen }>): void;
	/** Called when this execution cannot go on at all; it has left then. */
	onBroken(error: unknown): void;
}

/** One wait of one execution for one run. */
interface Wait {
	run: WatchedRun;
	member: Member;
}

interface Member {
	watcher: Watcher;
	waits: Set<Wait>;
	/** Fires when the execution has left, and ends the requests that are sent with its client. */
	gone: AbortController;
}

/** A run, whoever waits for it. */
interface Watched {
	id: string;
	waits: Set<Wait>;
	since: number;
	checkedAt: number;
	isBeingRead: boolean;
	lastSeen?: LastSeen;
}

/** A read that takes longer holds no other back. */
const PATIENCE_WITH_READS_MS = 5_000;
/** No pause is longer, since timers cannot count to the longest time limits. */
const LONGEST_PAUSE_MS = 60_000;

/** What is kept of a run that goes on. */
function seen(run: Run | RunDetails): LastSeen {
	const large = { inputs: null, credentials_inputs: null, outputs: null, node_executions: null };
	return { run: { ...run, ...large, share_token: null }, at: Date.now() };
}

/**
 * Watches the runs that all executions of this process wait for with one credential: one list for
 * each hundred open runs and check, and one read for each run that has left it. A single run is read
 * directly, which is its final read, too. A run is checked ever less often: the pause before a check
 * is about a fifth of the time so far, so that ends are noticed that soon.
 *
 * What a wait comes to is each execution's own matter, and so are its time limits. Requests are sent
 * with the client of an execution that still waits, and end with it; then the next one's is taken.
 */
export class RunWatcher {
	private readonly members = new Set<Member>();

	private readonly runs = new Map<string, Watched>();

	/** Runs whose reads are due, in order. */
	private readonly toRead = new Map<Watched, { isCheck: boolean }>();

	/** When each read that is under way began. */
	private readonly reading = new Map<Watched, number>();

	private isListing = false;

	private loop?: Promise<void>;

	private bell = new AbortController();

	/** @param onEmpty called when the last execution has left */
	constructor(private readonly onEmpty: () => void = () => undefined) {}

	/** Numbers of executions, runs, and reads that are waited for. */
	get counts(): { members: number; runs: number; reads: number } {
		return {
			members: this.members.size,
			runs: this.runs.size,
			reads: this.toRead.size + this.reading.size,
		};
	}

	/**
	 * Watches runs for an execution, until each wait is over.
	 *
	 * @returns lets the execution leave with all of its waits; may be called at any time
	 */
	join(watcher: Watcher, runs: readonly WatchedRun[]): () => void {
		const member: Member = { watcher, waits: new Set(), gone: new AbortController() };
		this.members.add(member);
		const now = monotonicNow();
		for (const run of runs) this.add({ run, member }, now);
		this.loop ??= this.watch();
		this.wake();
		return () => this.leave(member);
	}

	private add(wait: Wait, now: number): void {
		const { id } = wait.run;
		const run = this.runs.get(id) ?? {
			...{ id, waits: new Set<Wait>(), since: now, checkedAt: now },
			isBeingRead: false,
		};
		// Who joins a wait that has lasted wants to know soon.
		run.since = now;
		run.waits.add(wait);
		this.runs.set(id, run);
		wait.member.waits.add(wait);
	}

	private leave(member: Member): void {
		if (!this.members.delete(member)) return;
		for (const wait of [...member.waits]) this.drop(wait);
		member.gone.abort();
		this.wake();
		if (this.members.size === 0) this.onEmpty();
	}

	private drop(wait: Wait): void {
		wait.member.waits.delete(wait);
		const run = this.runs.get(wait.run.id);
		run?.waits.delete(wait);
		if (run?.waits.size !== 0) return;
		this.runs.delete(run.id);
		this.toRead.delete(run);
	}

	private wake(): void {
		this.bell.abort();
	}

	/** Goes round as long as anybody waits; requests are not waited for, so that none holds it up. */
	private async watch(): Promise<void> {
		// Who joins is called back only after that.
		await Promise.resolve();
		while (this.members.size > 0) {
			this.bell = new AbortController();
			this.endOverdue();
			this.begin();
			await pause(this.pauseMs(), this.bell.signal).catch(() => undefined);
		}
		this.loop = undefined;
	}

	/** Milliseconds until something is due, as far as no request has to end first. */
	private pauseMs(): number {
		let next = LONGEST_PAUSE_MS;
		const rules = this.rules();
		if (!rules) return 0;
		const [now, date] = [monotonicNow(), Date.now()];
		for (const run of this.runs.values()) {
			for (const wait of run.waits) next = Math.min(next, wait.run.deadline - date);
			if (this.isListing || run.isBeingRead || this.toRead.has(run)) continue;
			next = Math.min(next, dueAt(run, rules) - now);
		}
		// A place among the reads gets free.
		if (this.toRead.size > 0) {
			const began = Math.min(...this.readsToWaitFor(now));
			next = Math.min(next, began + PATIENCE_WITH_READS_MS - now);
		}
		return Math.max(0, next);
	}

	/** The same for all who wait with one credential; undefined once all have left. */
	private rules(): WatchRules | undefined {
		const [member] = this.members;
		return member?.watcher.rules;
	}

	private endOverdue(): void {
		const now = Date.now();
		for (const member of [...this.members]) {
			const over = [...member.waits].filter(({ run }) => run.deadline <= now);
			if (over.length === 0) continue;
			const runs = over.map(({ run }) => ({ run, lastSeen: this.runs.get(run.id)?.lastSeen }));
			for (const wait of over) this.drop(wait);
			member.watcher.onDeadline(runs);
		}
	}

	/** Begins the checks that are due. */
	private begin(): void {
		const rules = this.rules();
		if (!rules) return;
		const now = monotonicNow();
		const idle = [...this.runs.values()].filter((run) => !run.isBeingRead && !this.toRead.has(run));
		const isDue = !this.isListing && idle.some((run) => dueAt(run, rules) <= now);
		const lister = isDue && idle.length > 1 && rules.listsRuns ? this.lister() : undefined;
		if (lister) void this.list(lister, idle);
		else if (isDue) {
			for (const run of idle) if (dueAt(run, rules) <= now) this.toRead.set(run, { isCheck: true });
		}
		this.beginReads(rules);
	}

	/** The execution whose client lists: the newest one probably waits on for longest. */
	private lister(): Member | undefined {
		const [newest] = [...this.members].reverse().filter(({ waits }) => waits.size > 0);
		return newest;
	}

	private async list(member: Member, runs: Watched[]): Promise<void> {
		this.isListing = true;
		const { watcher, gone } = member;
		try {
			const listed = await watcher.list(runs.map(toSee), gone.signal);
			for (const run of runs) if (this.isWatched(run)) this.take(run, listed.get(run.id));
		} catch (error) {
			// Only this request may have shown that there is no list.
			const isUnlisted = isLack(error) && !watcher.rules.listsRuns;
			if (isUnlisted) for (const run of runs) this.toRead.set(run, { isCheck: true });
			else if (gone.signal.aborted || !(error instanceof PlatformError)) {
				this.breakOff(member, error);
			} else for (const run of runs) if (this.isWatched(run)) this.show(run, error);
		} finally {
			this.isListing = false;
			this.wake();
		}
	}

	/** Takes up what a list says of a run; those that are not in it are read. */
	private take(run: Watched, row: Run | undefined): void {
		const isAsked =
			row?.status === 'REVIEW' && [...run.waits].some((wait) => wait.run.returnReviews);
		if (row) run.lastSeen = seen(row);
		if (!row || isAsked) this.toRead.set(run, { isCheck: false });
		else run.checkedAt = monotonicNow();
	}

	private beginReads({ readsAtOnce }: WatchRules): void {
		for (const [run, { isCheck }] of this.toRead) {
			const [wait] = run.waits;
			if (!wait) {
				this.toRead.delete(run);
				continue;
			}
			if (this.readsToWaitFor(monotonicNow()).length >= readsAtOnce) return;
			this.toRead.delete(run);
			void this.read(run, wait, isCheck);
		}
	}

	/** When the reads began that others have to wait for. */
	private readsToWaitFor(now: number): number[] {
		return [...this.reading.values()].filter((began) => now - began < PATIENCE_WITH_READS_MS);
	}

	private async read(run: Watched, { member }: Wait, isCheck: boolean): Promise<void> {
		run.isBeingRead = true;
		this.reading.set(run, monotonicNow());
		const { watcher, gone } = member;
		let sight: Sight | undefined;
		try {
			sight = await watcher.read(toSee(run), gone.signal, isCheck);
		} catch (error) {
			if (error instanceof PlatformError && !gone.signal.aborted) sight = error;
			else this.breakOff(member, error);
		}
		run.isBeingRead = false;
		this.reading.delete(run);
		if (sight && this.isWatched(run)) this.show(run, sight);
		this.wake();
	}

	/** Whether somebody waits for the run still, or again. */
	private isWatched(run: Watched): boolean {
		return this.runs.get(run.id) === run;
	}

	private show(run: Watched, sight: Sight): void {
		run.checkedAt = monotonicNow();
		if (!(sight instanceof PlatformError)) run.lastSeen = seen(sight);
		for (const wait of [...run.waits]) {
			// An execution that ends with one of its runs leaves with all of them.
			if (!run.waits.has(wait)) continue;
			const { member } = wait;
			try {
				if (member.watcher.onSight(wait.run, sight)) this.drop(wait);
			} catch (error) {
				this.breakOff(member, error);
			}
		}
	}

	/** What ends one execution is nothing to the others. */
	private breakOff(member: Member, error: unknown): void {
		if (member.gone.signal.aborted) return;
		this.leave(member);
		member.watcher.onBroken(error);
	}
}

/** When a run is to be checked next: the longer it has been waited for, the later. */
function dueAt({ waits, since, checkedAt }: Watched, rules: WatchRules): number {
	const { firstPauseMs, growth, longestPauseMs } = rules;
	let pauseMs = Math.min(firstPauseMs + (growth - 1) * (checkedAt - since), longestPauseMs);
	for (const { run } of waits) pauseMs = Math.min(pauseMs, run.longestIntervalMs);
	return checkedAt + pauseMs;
}

function toSee({ id, waits }: Watched): RunToSee {
	for (const { run } of waits) if (run.graphId !== undefined) return run;
	return { id };
}

/** The watchers of all credentials that runs are waited for with now. */
export class RunWatchers {
	private readonly watchers = new Map<string, RunWatcher>();

	/** Number of credentials. */
	get size(): number {
		return this.watchers.size;
	}

	/**
	 * The watcher of a credential.
	 *
	 * @param key names what the credential holds, too: another key in it is another account
	 */
	of(key: string): RunWatcher {
		const known = this.watchers.get(key);
		if (known) return known;
		const watcher = new RunWatcher(() => {
			if (this.watchers.get(key) === watcher) this.watchers.delete(key);
		});
		this.watchers.set(key, watcher);
		return watcher;
	}

	reset(): void {
		this.watchers.clear();
	}
}
