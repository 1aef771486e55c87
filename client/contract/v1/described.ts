import { isObject } from '../../util/json';
import { v1Endpoints, type V1EndpointName } from './endpoints';

/** What a server's description of itself above both APIs says (contract: v1.md section 9). */
export type V1Description =
	/** API v1, without these operations. */
	| { api: 'v1'; lacking: readonly V1EndpointName[] }
	/** The first form of API v1, in which a start names no version. */
	| { api: 'tooOld' }
	| { api: 'none' };

const START = /\/graphs\/\{\w+\}\/execute\/\{\w+\}$/;
const FIRST_START = /\/graphs\/\{\w+\}\/execute$/;

/** A path without the version before it, and without the names of its placeholders. */
function plainPath(path: string): string {
	return path.replace(/^.*\/v1(?=\/)/, '').replace(/\{[^}]*\}/g, '{}');
}

function pathsOf(description: unknown): Record<string, unknown> | undefined {
	return isObject(description) && isObject(description.paths) ? description.paths : undefined;
}

/** Whether an `openapi.json` describes API v2, however early. */
export function describesV2(description: unknown): boolean {
	return Object.keys(pathsOf(description) ?? {}).some((path) => path.endsWith('/runs'));
}

/** Judges the description at `{root}/external-api/openapi.json`, parsed. */
export function readV1Description(description: unknown): V1Description {
	const paths = pathsOf(description) ?? {};
	const names = Object.keys(paths);
	if (!names.some((path) => START.test(path))) {
		return { api: names.some((path) => FIRST_START.test(path)) ? 'tooOld' : 'none' };
	}
	const described = new Set(
		Object.entries(paths).flatMap(([path, item]) =>
			Object.keys(isObject(item) ? item : {}).map(
				(method) => `${method.toUpperCase()} ${plainPath(path)}`,
			),
		),
	);
	const all = Object.keys(v1Endpoints) as V1EndpointName[];
	const lacking = all.filter((name) => {
		const { method, path } = v1Endpoints[name];
		return !described.has(`${method} ${plainPath(path)}`);
	});
	return { api: 'v1', lacking };
}
