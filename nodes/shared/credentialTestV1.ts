import type { INodeCredentialTestResult } from 'n8n-workflow';

import { v1BaseUrl } from '../../client/connection/baseUrl';
import { permissionWords } from '../../client/contract/permissions';
import { isUnknownPath } from '../../client/errors/unreadable';
import { isObject } from '../../client/util/json';
import { isFromAutoGpt } from '../../client/errors/intermediaries';
import { read, type Answer } from './credentialProbe';
import { bad, ok, type Trial } from './credentialResults';

/** Every generation has it, and nobody has such a run. */
const NO_RUN = '/graphs/x/executions/x/results';

/** What a key that was made for API v1 lacks on a server with API v2 (contract: v1.md section 2). */
const NEEDED_LATER = ['RUN_AGENT', 'READ_RUN', 'READ_LIBRARY'];

const LACKS =
	'This AutoGPT serves only the older API v1: graphs are started by their ID and version, and there are no lists of agents and runs, no files, reviews, schedules and credits.';

function works(who: string, { webUrl }: Trial, more = ''): INodeCredentialTestResult {
	const later = NEEDED_LATER.map(permissionWords).join(', ');
	return ok(
		[
			`${who}.`,
			more,
			LACKS,
			`After an update to API v2 make a new key at ${webUrl}/settings/api-keys: one made now lacks ${later}.`,
		]
			.filter(Boolean)
			.join(' '),
	);
}

function notAccepted({ webUrl, baseUrl }: Trial): INodeCredentialTestResult {
	return bad(
		`AutoGPT did not accept the API key. Make a new one at ${webUrl}/settings/api-keys, and check that it belongs to ${v1BaseUrl({ baseUrl })}.`,
	);
}

function accountOf(body: unknown): string {
	if (!isObject(body)) return '';
	const known = [body.name, body.email, body.id].find((one) => typeof one === 'string' && one);
	return typeof known === 'string' ? known : '';
}

/** Tests a key where the server says nothing of whose it is, as early forms of API v1 do. */
async function testByRun(trial: Trial): Promise<INodeCredentialTestResult | Answer> {
	const answer = await read(trial.test, v1BaseUrl(trial) + NO_RUN, trial.headers);
	const { status } = answer;
	if (status === 401 && isFromAutoGpt(answer)) return notAccepted(trial);
	if (status === 403 && isFromAutoGpt(answer)) {
		return works('The API key works', trial, `It lacks ${permissionWords('READ_GRAPH')}.`);
	}
	if (status === 404 && isFromAutoGpt(answer) && !isUnknownPath(answer)) {
		return works('The API key works', trial);
	}
	return answer;
}

/**
 * Tests an API key on a server that has API v1, whichever generation of it
 * (contract: v1.md section 2, Credential test).
 *
 * @returns the result; a response that is none of AutoGPT's as it is
 */
export async function testV1(trial: Trial): Promise<INodeCredentialTestResult | Answer> {
	const answer = await read(trial.test, `${v1BaseUrl(trial)}/me`, trial.headers);
	const who = accountOf(answer.body);
	switch (true) {
		case answer.status === 200 && who !== '':
			return works(`Connected as ${who}`, trial);
		case answer.status === 403 && isFromAutoGpt(answer):
			return works('The API key works', trial, `It lacks ${permissionWords('IDENTITY')}.`);
		case answer.status === 401 && isFromAutoGpt(answer):
			return notAccepted(trial);
		case isUnknownPath(answer):
			return await testByRun(trial);
		default:
			return answer;
	}
}
