import busboy from 'busboy';
import type { Readable } from 'node:stream';
import type { Call } from './core.cts';
import { invalid } from './errors.cts';
import { baseName, type Received } from './storage.cts';

export interface Upload extends Received {
	name: string;
}

function missingFile() {
	return invalid([{ type: 'missing', loc: ['body', 'file'], msg: 'Field required', input: null }]);
}

/** Reads the one part named `file` of a multipart body, as a stream (section 12). */
export async function receiveUpload(call: Call, maxBytes: number): Promise<Upload> {
	const { core, incoming } = call;
	const type = call.header('content-type') ?? '';
	if (!/^multipart\/form-data\b/i.test(type)) throw missingFile();
	let upload: Promise<Upload> | undefined;
	let refused: Error | undefined;
	await new Promise<void>((resolve, reject) => {
		let parser: ReturnType<typeof busboy>;
		try {
			parser = busboy({ headers: incoming.headers, defParamCharset: 'utf8' });
		} catch {
			incoming.resume();
			reject(missingFile());
			return;
		}
		parser.on('file', (field: string, stream: Readable, info: { filename?: string }) => {
			if (field !== 'file' || upload || !info.filename) {
				stream.resume();
				return;
			}
			const name = baseName(info.filename);
			upload = core.storage.receive(stream, maxBytes).then((got) => ({ ...got, name }));
			upload.catch((error: Error) => {
				refused = error;
			});
		});
		parser.once('close', resolve);
		parser.once('error', () => reject(missingFile()));
		incoming.once('aborted', () => {
			reject(new Error('The upload was cut off'));
			parser.destroy(new Error('The upload was cut off'));
		});
		incoming.pipe(parser);
	});
	if (refused) throw refused;
	if (!upload) throw missingFile();
	return await upload;
}
