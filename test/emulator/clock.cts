/** The server's clock: timers follow `advance`, what it shows also follows `skewMs`. */
export interface Clock {
	now(): Date;
	skewMs: number;
	advance(ms: number): void;
}

interface Task {
	due: number;
	run: () => void;
	timer?: NodeJS.Timeout;
}

/** Longest time a Node timer can take; anything later is armed again on the way. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A clock that tests can put wrong, and let jump ahead with everything that waits on it. */
export class ServerClock implements Clock {
	skewMs = 0;
	private advancedMs = 0;
	private readonly tasks = new Set<Task>();

	now(): Date {
		return new Date(this.steady() + this.skewMs);
	}

	/** Calls back after a time, at once if `advance` jumps over it; the result cancels it. */
	after(ms: number, run: () => void): () => void {
		const task: Task = { due: this.steady() + ms, run };
		this.tasks.add(task);
		this.arm(task);
		return () => this.drop(task);
	}

	advance(ms: number): void {
		this.advancedMs += ms;
		const due = [...this.tasks].filter((task) => task.due <= this.steady());
		due.sort((a, b) => a.due - b.due).forEach((task) => this.fire(task));
		this.tasks.forEach((task) => this.arm(task));
	}

	/** Drops everything that waits. */
	stop(): void {
		this.tasks.forEach((task) => this.drop(task));
	}

	private steady(): number {
		return Date.now() + this.advancedMs;
	}

	private arm(task: Task): void {
		clearTimeout(task.timer);
		const left = Math.max(0, task.due - this.steady());
		const next = left > LONGEST_TIMER_MS ? () => this.arm(task) : () => this.fire(task);
		task.timer = setTimeout(next, Math.min(left, LONGEST_TIMER_MS));
	}

	private fire(task: Task): void {
		if (!this.tasks.has(task)) return;
		this.drop(task);
		task.run();
	}

	private drop(task: Task): void {
		clearTimeout(task.timer);
		this.tasks.delete(task);
	}
}
