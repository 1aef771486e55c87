import { randomUUID } from 'crypto';

import { isByteStream, type ByteStream } from './streams';

/** The bytes of a file: at hand, or to be read as they are sent. */
export type FileContent = Buffer | ByteStream;

export interface FilePart {
	name: string;
	mimeType: string;
	/** Number of bytes in `content`. */
	size: number;
	content: FileContent;
}

function header(boundary: string, { name, mimeType }: FilePart): Buffer {
	const filename = name.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, ' ');
	const type = /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : 'application/octet-stream';
	return Buffer.from(
		`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`,
		'utf8',
	);
}

/**
 * Frames a file as the one part `file` of a multipart body. A stream is framed as a stream, so that
 * a file of any size takes no memory.
 */
export function frameFile(part: FilePart): {
	body: FileContent;
	headers: Record<string, string>;
} {
	const boundary = `n8n-nodes-autogpt-${randomUUID()}`;
	const head = header(boundary, part);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`, 'utf8');
	const headers = {
		'Content-Type': `multipart/form-data; boundary=${boundary}`,
		'Content-Length': String(head.length + part.size + tail.length),
	};
	const { content } = part;
	if (!isByteStream(content)) return { body: Buffer.concat([head, content, tail]), headers };
	const body = content.compose<ByteStream>(async function* (source: AsyncIterable<Uint8Array>) {
		yield head;
		yield* source;
		yield tail;
	});
	return { body, headers };
}
