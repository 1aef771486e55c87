import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** A new opaque id. */
export function newId(): string {
	return randomUUID();
}

/** A new secret with a speaking prefix. */
export function newSecret(prefix: string): string {
	return prefix + randomBytes(24).toString('base64url');
}

/** A digest that does not depend on the order of keys. */
export function digest(value: unknown): string {
	return createHash('sha256')
		.update(JSON.stringify(sorted(value)))
		.digest('hex');
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (value === null || typeof value !== 'object') return value;
	const entries = Object.entries(value).map(([key, field]) => [key, sorted(field)] as const);
	return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
