import type { HttpResponse } from '../contract/response';
import type { AutoGptClient } from '../http/client';
import { isByteStream, type ByteStream } from '../http/streams';
import { notFetched, refuseLoginPage, refuseMove } from './downloadErrors';
import { nameInAddress, nameInDisposition } from './fileNames';

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
		refuseMove(client, fileId, first);
		const answer =
			redirect === undefined ? first : await client.fetchElsewhere(redirect, DOWNLOAD_TIMEOUT_MS);
		if ('status' in answer && answer.status < 300 && isByteStream(answer.body)) {
			const { body } = answer;
			await refuseLoginPage(client, fileId, answer, redirect).catch((error: unknown) => {
				body.destroy();
				throw error;
			});
			const type = answer.headers['content-type'];
			return {
				id: fileId,
				name: nameOf(client, answer, redirect),
				mimeType: typeof type === 'string' ? type.split(';')[0]?.trim() : undefined,
				stream: body,
			};
		}
		if (tries >= TRIES) throw notFetched(client, fileId, redirect ?? '', answer);
	}
}
