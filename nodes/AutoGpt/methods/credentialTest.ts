import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { isObject, parseJson, readRefusal } from '../../../platform/answers';
import { platformAddress } from '../../../platform/baseUrl';
import { withoutSecrets } from '../../../platform/errors';
import { networkReason } from '../../../platform/network';

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

function accountOf(body: unknown): string {
	if (!isObject(body)) return '';
	const who = text(body.name) || text(body.email);
	const organization = isObject(body.organization) ? text(body.organization.name) : '';
	return organization ? `${who} (${organization})` : who;
}

const ADDRESSES =
	'AutoGPT Cloud: https://backend.agpt.co/external-api/v2. Docker Compose: http://HOST:8006/external-api/v2. Single container: http://HOST:3000/_agpt/external-api/v2.';

/** Tells a server that is too old for v2 from one that is no AutoGPT at all. */
async function judgeUnknownPath(
	test: ICredentialTestFunctions,
	baseUrl: string,
): Promise<INodeCredentialTestResult> {
	const v2 = await read(test, `${baseUrl}/openapi.json`, {});
	if (v2.status === 200 && isObject(v2.body) && isObject(v2.body.paths)) {
		return bad('This AutoGPT server offers an early form of the API v2. Update AutoGPT.');
	}
	const v1 = await read(test, `${baseUrl.replace(/v2$/, 'v1')}/openapi.json`, {});
	if (v1.status === 200 && isObject(v1.body) && isObject(v1.body.paths)) {
		return bad('This AutoGPT server is older than API v2. Update AutoGPT.');
	}
	return bad(`No AutoGPT API was found at ${baseUrl}. Check the Base URL. ${ADDRESSES}`);
}

async function judge(
	test: ICredentialTestFunctions,
	credential: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	const { baseUrl, webUrl } = platformAddress(text(credential.baseUrl), text(credential.webUrl));
	const teamId = text(credential.teamId).trim();
	const { status, body } = await read(test, `${baseUrl}/me`, {
		'X-API-Key': text(credential.apiKey),
		...(teamId ? { 'X-Team-Id': teamId } : {}),
	});
	const said = readRefusal(body).message;
	switch (true) {
		case status === 200 && isObject(body) && typeof body.user_id === 'string':
			return ok(`Connected as ${accountOf(body) || body.user_id}`);
		case status === 403 && teamId !== '':
			return bad(
				`AutoGPT refused: ${said} Check the Team ID, or give the key the Identity permission.`,
			);
		case status === 403:
			return ok(
				'The API key works. It lacks the Identity permission, so its account cannot be shown.',
			);
		case status === 401:
			return bad(
				`AutoGPT did not accept the API key. Make a new one at ${webUrl}/settings/api-keys, and check that it belongs to ${baseUrl}.`,
			);
		case status === 429:
			return bad(
				'AutoGPT takes no more calls for now. The API key may be wrong: check it, and test again in a minute.',
			);
		case status === 404:
			return await judgeUnknownPath(test, baseUrl);
		case status >= 500:
			return bad(`AutoGPT at ${baseUrl} answers with status ${status}. Try again later.`);
		default:
			return bad(
				`What answers at ${baseUrl} is not the AutoGPT API. Check the Base URL. ${ADDRESSES}`,
			);
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
		const message = `AutoGPT could not be reached: ${networkReason(error)}`;
		return bad(withoutSecrets(message, secrets));
	}
}
