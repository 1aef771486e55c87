import type { HttpResponse } from '../contract/response';
import type { AutoGptClient } from '../http/client';
import { PASSES } from '../errors/platformError';
import { nameInAddress, nameInDisposition } from './fileNames';
import { isByteStream, refusalAsText, type ByteStream } from '../http/streams';

const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
/** A signed address is good for minutes only; a second one is asked for when it is refused. */
const TRIES = 2;

/** A file on its way. */
export interface DownloadedFile {
	id: string;
	name?: string;
	mimeType?: string;
	stream: ByteStream;
}

/**
 * Fetches the address that AutoGPT redirects to, without the credential: it is another host
 * (contract: behaviour.md section 12).
 *
 * @returns undefined when that host gave no file
 */
async function fetchSigned(
	client: AutoGptClient,
	location: string,
): Promise<HttpResponse | undefined> {
	const url = new URL(location, client.connection.baseUrl);
	if (!/^https?:$/.test(url.protocol)) return undefined;
	const response: unknown = await client.functions.helpers
		.httpRequest({
			method: 'GET',
			url: url.href,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: DOWNLOAD_TIMEOUT_MS,
			abortSignal: client.cancelSignal,
		})
		.catch(() => undefined);
	if (typeof response !== 'object' || response === null) return undefined;
	if (!('statusCode' in response) || !('headers' in response) || !('body' in response)) {
		return undefined;
	}
	const { statusCode, headers, body } = response;
	const answer = { status: Number(statusCode), headers: { ...(headers as object) }, body };
	return await refusalAsText(answer);
}

/**
 * What the file is called: the header says, or else the end of the address that AutoGPT redirects
 * to, since stores behind signed addresses may send no such header.
 */
function nameOf(
	client: AutoGptClient,
	{ headers }: HttpResponse,
	redirect: string | undefined,
): string | undefined {
	const name = nameInDisposition(headers['content-disposition']);
	if (name !== undefined || redirect === undefined) return name;
	return nameInAddress(new URL(redirect, client.connection.baseUrl).pathname);
}

function notFetched(client: AutoGptClient, fileId: string, location: string, status?: number) {
	const host = URL.canParse(location, client.connection.baseUrl)
		? new URL(location, client.connection.baseUrl).host
		: 'an address that cannot be read';
	const isRefused = status !== undefined && status >= 400 && status < 500;
	return client.error({
		message: `File '${fileId}' could not be fetched from ${host}${status ? ` (status ${status})` : ''}`,
		description: `AutoGPT keeps files there and gave an address for this one. ${
			isRefused
				? 'The host refused it: the file may be gone, or its clock may differ from that of AutoGPT.'
				: 'Check that n8n may reach that host, and try again.'
		}`,
		status,
		outcome: 'unknown',
		...(isRefused ? {} : { failure: PASSES }),
	});
}

/**
 * Starts to download a file. The credential goes to AutoGPT only, never to the host that it sends
 * us to.
 *
 * @param fileId ID of the file; see `fileIdOf`
 */
export async function downloadFile(client: AutoGptClient, fileId: string): Promise<DownloadedFile> {
	for (let tries = 1; ; tries++) {
		const first = await client.transfer(
			'downloadFile',
			{ file_id: fileId },
			{ encoding: 'stream', timeout: DOWNLOAD_TIMEOUT_MS },
		);
		const { location } = first.headers;
		const redirect = first.status >= 300 && typeof location === 'string' ? location : undefined;
		const answer = redirect === undefined ? first : await fetchSigned(client, redirect);
		if (answer && answer.status < 300 && isByteStream(answer.body)) {
			const type = answer.headers['content-type'];
			return {
				id: fileId,
				name: nameOf(client, answer, redirect),
				mimeType: typeof type === 'string' ? type.split(';')[0]?.trim() : undefined,
				stream: answer.body,
			};
		}
		if (tries >= TRIES) throw notFetched(client, fileId, redirect ?? '', answer?.status);
	}
}
