import {
	UserError,
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
	type ICredentialTestFunctions,
	type INodeCredentialTestResult,
} from 'n8n-workflow';

import { isObject, parseJson, type JsonObject } from '../../client/util/json';
import { readRefusal, sentence } from '../../client/errors/refusal';
import { platformAddress } from '../../client/connection/baseUrl';
import { withoutSecrets } from '../../client/errors/platformError';
import { networkReason } from '../../client/errors/network';

const TIMEOUT_MS = 20_000;

interface Answer {
	status: number;
	body: unknown;
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function ok(message: string): INodeCredentialTestResult {
	return { status: 'OK', message };
}

function bad(message: string): INodeCredentialTestResult {
	return { status: 'Error', message };
}

async function read(
	test: ICredentialTestFunctions,
	url: string,
	headers: Record<string, string>,
): Promise<Answer> {
	// The context of credential tests offers no other request function.
	const response: unknown = await test.helpers.request({
		method: 'GET',
		uri: url,
		headers: { Accept: 'application/json', ...headers },
		followRedirect: false,
		resolveWithFullResponse: true,
		simple: false,
		timeout: TIMEOUT_MS,
	});
	if (!isObject(response)) return { status: 0, body: undefined };
	return { status: Number(response.statusCode), body: parseJson(response.body) };
}

function accountOf({ name, email, user_id, organization }: JsonObject): string {
	const who = text(name) || text(email) || text(user_id);
	const where = isObject(organization) ? text(organization.name) : '';
	return where ? `${who} (${where})` : who;
}

const ADDRESSES =
	'AutoGPT Cloud: https://backend.agpt.co/external-api/v2. Docker Compose: http://HOST:8006/external-api/v2. Single container: http://HOST:3000/_agpt/external-api/v2.';

/** Ends of paths by which the two versions of the API are told apart. */
const V2_PATH = /\/(runs|library\/agents)$/;
const V1_PATH = /\/(blocks|graphs\/.+)$/;

/** Whether an answer describes an API that has such a path. */
function describes({ status, body }: Answer, path: RegExp): boolean {
	return (
		status === 200 &&
		isObject(body) &&
		isObject(body.paths) &&
		Object.keys(body.paths).some((each) => path.test(each))
	);
}

/** Tells a server that is too old for v2 from one that is no AutoGPT at all. */
async function judgeUnknownPath(
	test: ICredentialTestFunctions,
	baseUrl: string,
): Promise<INodeCredentialTestResult> {
	const v2 = await read(test, `${baseUrl}/openapi.json`, {});
	if (describes(v2, V2_PATH)) {
		return bad('This AutoGPT server offers an early form of the API v2. Update AutoGPT.');
	}
	const v1 = await read(test, `${baseUrl.replace(/v2$/, 'v1')}/openapi.json`, {});
	if (describes(v1, V1_PATH)) {
		return bad('This AutoGPT server is older than API v2. Update AutoGPT.');
	}
	return bad(`No AutoGPT API was found at ${baseUrl}. Check the Base URL. ${ADDRESSES}`);
}

/** Whether AutoGPT itself says this, rather than a proxy or another server in its place. */
function isOfAutoGpt({ body }: Answer): boolean {
	const { isEnvelope, message } = readRefusal(body);
	return isEnvelope || message !== '';
}

const LACKS_IDENTITY =
	'The API key works. It lacks the Identity permission, so its account cannot be shown.';

function judgeOther({ status }: Answer, baseUrl: string): INodeCredentialTestResult {
	if (status === 429) {
		return bad(
			'AutoGPT takes no more calls for now. The API key may be wrong: check it, and test again in a minute.',
		);
	}
	if (status >= 500) {
		return bad(`AutoGPT at ${baseUrl} answers with status ${status}. Try again later.`);
	}
	if (status === 401 || status === 403) {
		return bad(
			`Something at ${baseUrl} that is not the AutoGPT API refuses (status ${status}). Check the Base URL, and the proxies and firewalls between n8n and AutoGPT. ${ADDRESSES}`,
		);
	}
	return bad(`What answers at ${baseUrl} is not the AutoGPT API. Check the Base URL. ${ADDRESSES}`);
}

/** Finds out whether the team or the lack of a permission made AutoGPT refuse. */
async function judgeTeam(
	test: ICredentialTestFunctions,
	baseUrl: string,
	headers: Record<string, string>,
): Promise<INodeCredentialTestResult> {
	// It takes no permission, only a valid key and, where one is named, a team that it may act in.
	const answer = await read(test, `${baseUrl}/marketplace/agents?limit=1`, headers);
	if (answer.status === 200 && isObject(answer.body)) return ok(LACKS_IDENTITY);
	if (answer.status !== 403 || !isOfAutoGpt(answer)) return judgeOther(answer, baseUrl);
	const said = sentence(readRefusal(answer.body).message);
	return bad(
		['The API key may not act in this team.', said, 'Check the Team ID, or leave it empty.']
			.filter(Boolean)
			.join(' '),
	);
}

async function judge(
	test: ICredentialTestFunctions,
	credential: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	const { baseUrl, webUrl } = platformAddress(text(credential.baseUrl), text(credential.webUrl));
	const teamId = text(credential.teamId).trim();
	const headers = {
		'X-API-Key': text(credential.apiKey),
		...(teamId ? { 'X-Team-Id': teamId } : {}),
	};
	const answer = await read(test, `${baseUrl}/me`, headers);
	const { status, body } = answer;
	switch (true) {
		case status === 200 && isObject(body) && typeof body.user_id === 'string':
			return ok(`Connected as ${accountOf(body)}`);
		case status === 403 && isOfAutoGpt(answer):
			return teamId === '' ? ok(LACKS_IDENTITY) : await judgeTeam(test, baseUrl, headers);
		case status === 401 && isOfAutoGpt(answer):
			return bad(
				`AutoGPT did not accept the API key. Make a new one at ${webUrl}/settings/api-keys, and check that it belongs to ${baseUrl}.`,
			);
		case status === 404:
			return await judgeUnknownPath(test, baseUrl);
		default:
			return judgeOther(answer, baseUrl);
	}
}

/**
 * Tests an API key credential, and names the account where the key may tell
 * (contract: behaviour.md section 3).
 */
export async function testApiKey(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const secrets = [text(data.apiKey)].filter(Boolean);
	try {
		const result = await judge(this, data);
		return { ...result, message: withoutSecrets(result.message, secrets) };
	} catch (error) {
		const message =
			error instanceof UserError
				? error.message
				: `AutoGPT could not be reached: ${networkReason(error)}`;
		return bad(withoutSecrets(message, secrets));
	}
}
