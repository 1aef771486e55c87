import { isObject, parseJson } from './answers';
import type { PlatformClient } from './client';

const knowsStartKeys = new Map<string, boolean>();

function declaresStartKey(spec: unknown): boolean {
	if (!isObject(spec) || !isObject(spec.paths)) return true;
	const path = Object.keys(spec.paths).find((name) =>
		/\/library\/agents\/\{\w+\}\/runs$/.test(name),
	);
	return path !== undefined && /idempotency-key/i.test(JSON.stringify(spec.paths[path]));
}

/**
 * Whether the server knows the `Idempotency-Key` header, by its own description. Asked only after
 * a start whose outcome is unknown, and once for each server
 * (contract: behaviour.md sections 1 and 8, rule 6).
 */
export async function serverKnowsStartKeys(client: PlatformClient): Promise<boolean> {
	const { baseUrl } = client.connection;
	const known = knowsStartKeys.get(baseUrl);
	if (known !== undefined) return known;
	const body = await client.readDescription();
	const spec = parseJson(body);
	const answer = declaresStartKey(spec);
	if (isObject(spec)) knowsStartKeys.set(baseUrl, answer);
	return answer;
}
