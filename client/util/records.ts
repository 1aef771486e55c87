/**
 * What stands in an object under a name that others choose, such as an ID of a server; what every
 * object has by itself, such as `constructor`, does not count.
 */
export function entryOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
	return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Puts a value into an object under a name that others choose, `__proto__` included. */
export function setEntry<T>(record: Record<string, T>, name: string, value: T): void {
	Object.defineProperty(record, name, {
		value,
		configurable: true,
		enumerable: true,
		writable: true,
	});
}
