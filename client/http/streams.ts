import type { IExecuteFunctions } from 'n8n-workflow';

import type { HttpResponse } from '../contract/response';

/** A stream of bytes as n8n hands them out; the type comes without an import of Node's own. */
export type ByteStream = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/** Of an answer that is a refusal nobody needs more than this. */
const LONGEST_REFUSAL = 100_000;

/** Whether a value is a stream that can be read. */
export function isByteStream(value: unknown): value is ByteStream {
	return (
		typeof value === 'object' &&
		value !== null &&
		'pipe' in value &&
		typeof value.pipe === 'function' &&
		Symbol.asyncIterator in value
	);
}

async function textOf(stream: ByteStream): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of stream) {
		const bytes = Buffer.from(chunk as Uint8Array);
		chunks.push(bytes);
		length += bytes.length;
		if (length > LONGEST_REFUSAL) break;
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** A refusal that came as a stream, with its text, so that it can be read like any other. */
export async function refusalAsText(
	answer: HttpResponse | undefined,
): Promise<HttpResponse | undefined> {
	if (!answer || answer.status < 300 || !isByteStream(answer.body)) return answer;
	const body = await textOf(answer.body).catch(() => '');
	return { ...answer, body };
}
