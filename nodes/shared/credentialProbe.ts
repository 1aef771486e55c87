import type { ICredentialTestFunctions } from 'n8n-workflow';

import { apiRoot } from '../../client/connection/baseUrl';
import { lackingEndpoints, subjectsOf } from '../../client/contract/described';
import { readV1Description } from '../../client/contract/v1/described';
import { isObject, parseJson } from '../../client/util/json';
import { inTime } from '../../client/util/inTime';
import type { HttpResponse } from '../../client/contract/response';
import { isFromAutoGpt } from '../../client/errors/intermediaries';

const TIMEOUT_MS = 20_000;
const NO_ANSWER: Answer = { status: 0, headers: {}, body: undefined };

/** A response to a request of the credential test, its body parsed where it is JSON. */
export type Answer = HttpResponse;

/** Sends a read for the credential test; follows no redirect, so that the key stays at home. */
export async function read(
	test: ICredentialTestFunctions,
	url: string,
	headers: Record<string, string>,
	timeoutMs = TIMEOUT_MS,
): Promise<Answer> {
	// The context of credential tests offers no other request function.
	const request: Promise<unknown> = test.helpers.request({
		method: 'GET',
		uri: url,
		headers: { Accept: 'application/json', ...headers },
		followRedirect: false,
		resolveWithFullResponse: true,
		simple: false,
		timeout: timeoutMs,
	});
	const late = () => Object.assign(new Error('The request took too long'), { code: 'ETIMEDOUT' });
	const response = await inTime(request, timeoutMs, late);
	if (!isObject(response)) return NO_ANSWER;
	const { statusCode, body } = response;
	return {
		status: Number(statusCode),
		headers: isObject(response.headers) ? response.headers : {},
		body: parseJson(body) ?? body,
	};
}

/** Ends of paths that API v2 has. */
const V2_PATH = /\/(runs|library\/agents)$/;

/** Whether an answer describes an API that has such a path. */
function describes({ status, body }: Answer, path: RegExp): boolean {
	return (
		status === 200 &&
		isObject(body) &&
		isObject(body.paths) &&
		Object.keys(body.paths).some((each) => path.test(each))
	);
}

/** What a server that is older than the nodes lacks, in words; `` when it lacks nothing. */
export async function serverLacks(
	test: ICredentialTestFunctions,
	baseUrl: string,
): Promise<string> {
	// A description that cannot be read says nothing against a key that works.
	const { status, body } = await read(test, `${baseUrl}/openapi.json`, {}).catch(() => NO_ANSWER);
	return status === 200 ? subjectsOf(lackingEndpoints(body) ?? []) : '';
}

/** What is at an address that does not know `/me` of API v2 (contract: v1.md section 9). */
export async function findServer(
	test: ICredentialTestFunctions,
	baseUrl: string,
): Promise<'early v2' | 'v1' | 'first v1' | 'none'> {
	const v2 = await read(test, `${baseUrl}/openapi.json`, {});
	if (describes(v2, V2_PATH)) return 'early v2';
	const above = await read(test, `${apiRoot({ baseUrl })}/openapi.json`, {});
	// It leads on to the description of API v1 only where API v2 is there as well.
	if (above.status >= 300 && above.status < 400) return 'early v2';
	const { api } = readV1Description(above.status === 200 ? above.body : undefined);
	return api === 'tooOld' ? 'first v1' : api;
}

/** Reads that take one permission each and change nothing. Others cannot be tried without effect. */
const TRIALS: ReadonlyArray<{ permission: string; path: string }> = [
	{ permission: 'READ_LIBRARY', path: '/library/agents?limit=1' },
	{ permission: 'READ_RUN', path: '/runs?limit=1' },
];

/** How many permissions are tried besides Identity. */
export const TRIED = TRIALS.length;

/** Those of the tried permissions that AutoGPT says the key lacks. */
export async function missingPermissions(
	test: ICredentialTestFunctions,
	baseUrl: string,
	headers: Record<string, string>,
): Promise<string[]> {
	const answers = await Promise.all(
		TRIALS.map(async ({ path }) => await read(test, `${baseUrl}${path}`, headers)),
	);
	const isRefused = (answer?: Answer) => answer?.status === 403 && isFromAutoGpt(answer);
	return TRIALS.filter((_, index) => isRefused(answers[index])).map(({ permission }) => permission);
}
