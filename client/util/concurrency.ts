/**
 * Runs `task` for every value, at most `limit` at a time, and keeps the order of results.
 * It stops taking up new values once a task fails, waits for those under way, then rethrows.
 */
export async function mapBounded<T, R>(
	values: readonly T[],
	limit: number,
	task: (value: T, index: number) => Promise<R>,
): Promise<R[]> {
	const results: R[] = new Array<R>(values.length);
	const failures: unknown[] = [];
	const queue = values.entries();
	const worker = async () => {
		for (const [index, value] of queue) {
			if (failures.length > 0) return;
			try {
				results[index] = await task(value, index);
			} catch (error) {
				failures.push(error);
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, values.length) }, worker));
	if (failures.length > 0) throw failures[0];
	return results;
}
