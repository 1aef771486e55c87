/**
 * Lets tasks of one kind take turns, one at a time, across all executions of this process. A kind
 * is forgotten with its last task.
 */
export class Turns {
	private readonly last = new Map<string, Promise<unknown>>();

	/** Carries out a task after all that were given before under the same key, whatever became of them. */
	async take<T>(key: string, task: () => Promise<T>): Promise<T> {
		const before = this.last.get(key) ?? Promise.resolve();
		const turn = before.then(task, task);
		this.last.set(key, turn);
		try {
			return await turn;
		} finally {
			if (this.last.get(key) === turn) this.last.delete(key);
		}
	}

	/** Number of keys with a task that is not done. */
	get size(): number {
		return this.last.size;
	}

	reset(): void {
		this.last.clear();
	}
}
