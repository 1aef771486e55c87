import { nameForType, nameInAddress, nameInDisposition } from '../../../../client/files/fileNames';
import { readFullResponse } from '../../../../client/http/fullResponse';
import { networkCode, networkReason } from '../../../../client/errors/network';
import { limited } from '../../../../client/http/timeLimit';
import { isByteStream, type ByteStream } from '../../../../client/http/streams';
import type { Item } from '../../framework/item';
import { openBinary, type OpenableFile } from '../../start/binaryInput';
import { readUrl } from '../../../../client/util/url';

const TIMEOUT_MS = 10 * 60_000;

interface Fetched {
	headers: Record<string, unknown>;
	stream: ByteStream;
}

function addressOf(item: Item): URL {
	const text = item.requiredText('url', 'URL');
	const url = readUrl(text);
	if (url && /^https?:$/.test(url.protocol)) return url;
	throw item.failure(
		"'URL' is not a web address",
		'Enter a whole address such as https://example.com/minutes.pdf.',
	);
}

/** Only the host is named: an address may have a secret in its path or query. */
function notFetched(item: Item, { host }: URL, why: string) {
	return item.failure(
		`The file could not be fetched from ${host}: ${why}`,
		"Check the address. For a file that only someone signed in may have, fetch it with n8n's HTTP Request node first, and choose 'Binary Data' here. Nothing was uploaded.",
	);
}

async function fetchFile(item: Item, url: URL): Promise<Fetched> {
	const response: unknown = await item.functions.helpers
		.httpRequest(
			limited(
				{
					method: 'GET',
					url: url.href,
					// Packed on its way a file would have another length than announced.
					headers: { 'Accept-Encoding': 'identity' },
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					timeout: TIMEOUT_MS,
				},
				item.client.cancelSignal,
			),
		)
		.catch((error: unknown) => {
			throw notFetched(item, url, networkCode(error) ? networkReason(error) : 'no answer came');
		});
	const { status, headers, body } = readFullResponse(response) ?? { status: 0, headers: {} };
	if (isByteStream(body) && status >= 200 && status < 300) return { headers, stream: body };
	if (isByteStream(body)) body.destroy();
	throw notFetched(item, url, `it answered with status ${status}`);
}

/**
 * The file behind a web address. n8n first puts it where it keeps binary data, as a stream: so its
 * length is known before the upload begins, and it can be sent again under another name.
 */
export async function remoteFile(item: Item): Promise<OpenableFile> {
	const url = addressOf(item);
	const { headers, stream } = await fetchFile(item, url);
	const [type] = String(headers['content-type'] ?? '').split(';');
	const mimeType = type?.trim() || undefined;
	const name = nameInDisposition(headers['content-disposition']) ?? nameInAddress(url.pathname);
	const binary = await item.functions.helpers
		.prepareBinaryData(stream, undefined, mimeType)
		.catch(() => {
			throw notFetched(item, url, 'it broke off');
		});
	const file = await openBinary(item, binary);
	return { ...file, name: nameForType(name ?? '', binary.mimeType, binary.fileExtension) };
}
