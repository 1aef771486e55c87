import { createHash, randomUUID } from 'crypto';

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
	/** SHA-256 of the content; undefined until all of it has been read. */
	digest: () => string | undefined;
} {
	const boundary = `n8n-nodes-autogpt-${randomUUID()}`;
	const head = header(boundary, part);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`, 'utf8');
	const headers = {
		'Content-Type': `multipart/form-data; boundary=${boundary}`,
		'Content-Length': String(head.length + part.size + tail.length),
	};
	const { content } = part;
	const hash = createHash('sha256');
	if (!isByteStream(content)) {
		const digest = hash.update(content).digest('hex');
		return { body: Buffer.concat([head, content, tail]), headers, digest: () => digest };
	}
	let digest: string | undefined;
	const body = content.compose<ByteStream>(async function* (source: AsyncIterable<Uint8Array>) {
		yield head;
		for await (const chunk of source) {
			hash.update(chunk);
			yield chunk;
		}
		digest = hash.digest('hex');
		yield tail;
	});
	return { body, headers, digest: () => digest };
}
