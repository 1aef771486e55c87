import type { HttpResponse } from '../contract/response';
import type { AutoGptClient } from '../http/client';
import { PASSES } from '../errors/platformError';
import { nameInAddress, nameInDisposition } from './fileNames';
import { isByteStream, type ByteStream } from '../http/streams';
import { readUrl } from '../util/url';

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
	const url = readUrl(location, client.connection.baseUrl);
	const host = url?.host ?? 'an address that cannot be read';
	const isRefused = status !== undefined && status >= 400 && status < 500;
	return client.error({
		message: `File '${fileId}' could not be fetched from ${host}${status ? ` (status ${status})` : ''}`,
		description: `AutoGPT keeps files there and returned an address for this one. ${
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
		const answer =
			redirect === undefined ? first : await client.fetchElsewhere(redirect, DOWNLOAD_TIMEOUT_MS);
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
