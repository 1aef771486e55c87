import {
	UserError,
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
	type ICredentialTestFunctions,
	type INodeCredentialTestResult,
} from 'n8n-workflow';

import { apiSettingOf, type ApiSetting } from '../../client/connection/connection';
import { isObject, type JsonObject } from '../../client/util/json';
import { readRefusal, sentence } from '../../client/errors/refusal';
import {
	BASE_URLS,
	lacksScheme,
	v1BaseUrl,
	platformAddress,
	type PlatformAddress,
} from '../../client/connection/baseUrl';
import { credentialHeaders } from '../../client/connection/headers';
import { readTeamId } from '../../client/connection/teamId';
import { readApiKey, withoutSurroundings } from '../../client/connection/apiKey';
import { permissionWords } from '../../client/contract/permissions';
import { withoutSecrets } from '../../client/errors/platformError';
import { networkCode, networkReason, reachAdvice } from '../../client/errors/network';
import { endpoints } from '../../client/contract/endpoints';
import type { CallFacts, Explanation } from '../../client/errors/callFacts';
import { explainResponse } from '../../client/errors/explain';
import { isFromAutoGpt } from '../../client/errors/intermediaries';
import { explainUnreadable } from '../../client/errors/unreadable';
import {
	findServer,
	missingPermissions,
	read,
	serverLacks,
	TRIED,
	type Answer,
} from './credentialProbe';
import { bad, ok, type Trial } from './credentialResults';
import { testV1 } from './credentialTestV1';

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function accountOf({ name, email, user_id, organization }: JsonObject): string {
	const who = text(name) || text(email) || text(user_id);
	const where = isObject(organization) ? text(organization.name) : '';
	return where ? `${who} (${where})` : who;
}

/** The result on a server with API v1. */
async function resultOfV1(trial: Trial): Promise<INodeCredentialTestResult> {
	const result = await testV1(trial);
	if ('message' in result) return result;
	return resultOfOther(result, { ...trial, baseUrl: v1BaseUrl(trial) });
}

/** Whether a server is too old for v2, has API v1 only, or is no AutoGPT at all. */
async function resultOfUnknownPath(
	trial: Trial,
	apiSetting: ApiSetting,
): Promise<INodeCredentialTestResult> {
	const { test, baseUrl } = trial;
	switch (await findServer(test, baseUrl)) {
		case 'early v2':
			return bad('This AutoGPT server offers an early form of the API v2. Update AutoGPT.');
		case 'v1':
			if (apiSetting === 'automatic') return await resultOfV1(trial);
			return bad(
				"This AutoGPT serves only the older API v1. Set 'API Version' to Automatic, or update AutoGPT.",
			);
		case 'first v1':
			return bad(
				'This AutoGPT serves the first form of API v1, which is too old for these nodes. Update AutoGPT.',
			);
		default:
			return bad(`No AutoGPT API was found at ${baseUrl}. Check the Base URL.`, BASE_URLS);
	}
}

/** What is said of the read that each test begins with. */
function factsOf({ baseUrl, webUrl }: PlatformAddress): CallFacts {
	const connection = { baseUrl, webUrl, credentialType: 'autoGptApi' } as const;
	return { endpoint: endpoints.getMe, path: {}, connection };
}

/** In the same words as in the nodes: who answered, and what to do about it. */
function resultOfOther(answer: Answer, address: PlatformAddress): INodeCredentialTestResult {
	const facts = factsOf(address);
	if (answer.status < 300) {
		const missing = isObject(answer.body) ? 'user_id' : undefined;
		return badAsExplained(explainUnreadable(facts, answer, missing));
	}
	if (answer.status === 429 && isFromAutoGpt(answer)) {
		return bad(
			'AutoGPT takes no more requests for now. The API key may be wrong: check it, and test again in a minute.',
		);
	}
	return badAsExplained(explainResponse(facts, answer));
}

function badAsExplained({ message, description }: Explanation): INodeCredentialTestResult {
	return bad(sentence(message), description);
}

/**
 * Says whose key it is and what it lacks. n8n shows the message of a test that fails and drops the
 * message of one that passes, so a key with which nearly nothing works must not pass.
 */
async function resultOfPermissions(
	{ test, baseUrl, webUrl, headers }: Trial,
	account?: string,
): Promise<INodeCredentialTestResult> {
	const missing = await missingPermissions(test, baseUrl, headers);
	const lacks = [...(account ? [] : ['IDENTITY']), ...missing].map(permissionWords).join(', ');
	if (!account && missing.length === TRIED) {
		return bad(
			`AutoGPT accepts the API key, but the key has none of the permissions that nearly everything here needs. It lacks ${lacks}.`,
			`Permissions of a key cannot be changed: make a new key at ${webUrl}/settings/api-keys, with ${permissionWords('RUN_AGENT')} as well.`,
		);
	}
	const lacking = await serverLacks(test, baseUrl);
	const older = lacking ? ` This AutoGPT lacks: ${lacking}.` : '';
	const works = account ? `Connected as ${account}` : 'The API key works';
	const missingText = lacks ? ` The key lacks ${lacks}.` : '';
	const more = missingText + older;
	return ok(more ? `${works}.${more}` : works);
}

/** Finds out whether the team or the lack of a permission made AutoGPT refuse. */
async function resultOfForbidden(trial: Trial): Promise<INodeCredentialTestResult> {
	const { test, baseUrl, headers, teamId } = trial;
	if (teamId === '') return await resultOfPermissions(trial);
	// It takes no permission, only a valid key and, where one is named, a team that it may act in.
	const answer = await read(test, `${baseUrl}/marketplace/agents?limit=1`, headers);
	if (answer.status === 200 && isObject(answer.body)) return await resultOfPermissions(trial);
	if (answer.status !== 403 || !isFromAutoGpt(answer)) return resultOfOther(answer, trial);
	return bad(
		'The API key may not act in this team.',
		sentence(readRefusal(answer.body).message),
		'Check the Team ID, or leave it empty.',
	);
}

async function testServer(
	trial: Trial,
	apiSetting: ApiSetting,
): Promise<INodeCredentialTestResult> {
	if (apiSetting === 'v1') return await resultOfV1(trial);
	const { test, baseUrl, webUrl, headers } = trial;
	const answer = await read(test, `${baseUrl}/me`, headers);
	const { status, body } = answer;
	switch (true) {
		case status === 200 && isObject(body) && typeof body.user_id === 'string':
			return await resultOfPermissions(trial, accountOf(body));
		case status === 403 && isFromAutoGpt(answer):
			return await resultOfForbidden(trial);
		case status === 401 && isFromAutoGpt(answer):
			return bad(
				`AutoGPT did not accept the API key. Make a new one at ${webUrl}/settings/api-keys, and check that it belongs to ${baseUrl}.`,
			);
		case status === 404:
			return await resultOfUnknownPath(trial, apiSetting);
		default:
			return resultOfOther(answer, trial);
	}
}

/** Asks for what is left out before anything is sent. */
function checkFields(apiKey: string, baseUrl: string, { webUrl }: PlatformAddress) {
	if (apiKey === '') {
		return bad(`The API Key is empty. Make one at ${webUrl}/settings/api-keys.`);
	}
	if (!lacksScheme(baseUrl)) return undefined;
	const given = baseUrl.trim();
	return bad(
		`The Base URL '${given}' begins with neither https:// nor http://. Put the right one in front of it, e.g. http://${given}`,
	);
}

/** Says which address did not answer, and what to check. */
export function resultOfSilence(
	error: unknown,
	given: string,
	baseUrl: string,
): INodeCredentialTestResult {
	return bad(
		`AutoGPT could not be reached at ${baseUrl}: ${networkReason(error)}.`,
		given.trim() === '' ? 'An empty Base URL stands for AutoGPT Cloud.' : '',
		reachAdvice(baseUrl, networkCode(error)),
	);
}

async function tested(
	test: ICredentialTestFunctions,
	credential: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	const given = text(credential.baseUrl);
	const apiKey = readApiKey(credential.apiKey);
	const address = platformAddress(given, text(credential.webUrl));
	const teamId = readTeamId(credential.teamId);
	const headers = { 'X-API-Key': apiKey, ...credentialHeaders(credential) };
	try {
		return (
			checkFields(apiKey, given, address) ??
			(await testServer({ test, teamId, headers, ...address }, apiSettingOf(credential.apiVersion)))
		);
	} catch (error) {
		return resultOfSilence(error, given, address.baseUrl);
	}
}

/**
 * Tests an API key credential, and names the account where the key may read it
 * (contract: behaviour.md section 3).
 */
export async function testApiKey(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const secrets = [withoutSurroundings(text(data.apiKey))].filter(Boolean);
	try {
		const result = await tested(this, data);
		return { ...result, message: withoutSecrets(result.message, secrets) };
	} catch (error) {
		// Only the fields themselves can be refused here.
		const message = error instanceof UserError ? error.message : networkReason(error);
		return bad(withoutSecrets(message, secrets));
	}
}
