import { endpoints } from '../contract/endpoints';
import type { HttpResponse } from '../contract/response';
import { certificateFault } from '../errors/certificates';
import { explainResponse } from '../errors/explain';
import { knownReason, needsRepair } from '../errors/network';
import {
	acceptLack,
	CONFIGURATION,
	isLack,
	PASSES,
	type PlatformError,
} from '../errors/platformError';
import { isMove } from '../errors/redirects';
import type { AutoGptClient, NoResponse } from '../http/client';
import { readUrl } from '../util/url';

/** Where a redirect leads to, fit to be shown: the rest of the address may hold a secret. */
function hostOf(client: AutoGptClient, location: string): string {
	const url = readUrl(location, client.connection.baseUrl);
	return url?.host ?? 'an address that cannot be read';
}

/** What came instead of a file. */
type Answered = Partial<HttpResponse> & Partial<NoResponse>;

function isRefusal({ status = 0 }: Answered): boolean {
	return status >= 400 && status < 500;
}

function whyNot({ status, code = '' }: Answered): string {
	if (status !== undefined) return ` (status ${status})`;
	const reason = knownReason(code);
	return reason ? `: ${reason}` : '';
}

function whatToDo(answer: Answered): string {
	if (isRefusal(answer)) {
		return 'The host refused it: the file may be gone, or its clock may differ from that of AutoGPT.';
	}
	const certificate = certificateFault(answer.code ?? '');
	if (certificate && !certificate.isOfAddress) return certificate.advice;
	return 'Check that n8n may reach that host, and try again.';
}

/** What to say where no file came: from which host, and why. */
export function notFetched(
	client: AutoGptClient,
	fileId: string,
	location: string,
	answer: Answered,
): PlatformError {
	const failure = needsRepair(answer.code ?? '') ? CONFIGURATION : PASSES;
	return client.error({
		message: `File '${fileId}' could not be fetched from ${hostOf(client, location)}${whyNot(answer)}`,
		description: `AutoGPT keeps files there and returned an address for this one. ${whatToDo(answer)}`,
		status: answer.status,
		outcome: 'unknown',
		...(isRefusal(answer) ? {} : { failure }),
	});
}

/** Whether a response shows itself as a web page; a file that is one is sent as an attachment. */
function looksLikePage({ headers }: HttpResponse): boolean {
	return headers['content-disposition'] === undefined && isPage(headers['content-type']);
}

function isPage(type: unknown): boolean {
	return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(String(type));
}

/**
 * Makes sure that a web page is the file that was asked for, and not the login page of something in
 * between, which comes with status 200 (contract: behaviour.md section 2).
 *
 * @throws PlatformError when AutoGPT has the file as something else
 */
export async function refuseLoginPage(
	client: AutoGptClient,
	fileId: string,
	answer: HttpResponse,
	redirect?: string,
): Promise<void> {
	if (!looksLikePage(answer)) return;
	const file = await client.call('getFile', { path: { file_id: fileId } }).catch(acceptLack);
	// A server that does not tell what the file is leaves it open.
	if (isLack(file) || !('mime_type' in file) || isPage(file.mime_type)) return;
	const place = redirect === undefined ? client.connection.baseUrl : hostOf(client, redirect);
	throw client.error({
		message: `A web page came instead of file '${fileId}' from ${place}`,
		description: `Something between n8n and AutoGPT answers in its place, such as a proxy, a firewall or a login page. Ask whoever runs it to let n8n's requests through to AutoGPT and to the host of its files.`,
		outcome: 'unknown',
		isElsewhere: true,
		failure: CONFIGURATION,
	});
}

/** @throws PlatformError that names the new address where AutoGPT is elsewhere by now */
export function refuseMove(client: AutoGptClient, fileId: string, response: HttpResponse): void {
	const { connection } = client;
	const facts = { endpoint: endpoints.downloadFile, path: { file_id: fileId }, connection };
	if (isMove(facts, response)) throw client.error(explainResponse(facts, response));
}
