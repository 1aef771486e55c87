import { createHash, randomUUID } from 'crypto';

import type { AutoGptClient } from '../http/client';
import { acceptStatus, PlatformError } from '../errors/platformError';
import { endingOf, inputFileName } from '../files/fileNames';
import { fileUriOf, uploadFile } from '../files/files';
import type { FileContent } from '../http/multipart';
import { readList } from '../http/pages';
import { Answers } from '../http/session';
import { isByteStream } from '../http/streams';

/** A file that an agent is to be given; opened twice, to know its content and to send it. */
export interface InputFile {
	name: string;
	mimeType: string;
	open: () => Promise<{ content: FileContent; size: number }>;
}

const HASH_DIGITS = 16;
const OTHER_NAMES = 3;

async function hashOf(content: FileContent): Promise<string> {
	const hash = createHash('sha256');
	if (!isByteStream(content)) return hash.update(content).digest('hex');
	for await (const chunk of content) hash.update(chunk as Uint8Array);
	return hash.digest('hex');
}

/** Whether a text is a reference that file inputs take as it is (contract: behaviour.md section 11). */
export function isReadyReference(value: string): boolean {
	return /^(?:workspace|https?|gcs):\/\/|^data:/i.test(value);
}

/** References of the files that an execution has uploaded, by their content. */
class UploadedInputs extends Answers<string> {}

/**
 * Uploads the files for inputs of agents, each content once for an execution. The name shows the
 * content, so that a repeated execution finds the file of the first one: its reference, and with it
 * the idempotency key of the run, stay the same.
 */
export class InputFiles {
	constructor(private readonly client: AutoGptClient) {}

	/** The reference to give an agent for a file. */
	async uriOf(file: InputFile): Promise<string> {
		const { content, size } = await file.open();
		const hash = await hashOf(content);
		// The type of a file comes from the end of its name (contract: behaviour.md section 12).
		const key = `${hash}${endingOf(file.name)}`;
		const uploaded = this.client.session.of(UploadedInputs);
		return await uploaded.get(
			key,
			async () => await this.upload(file, hash.slice(0, HASH_DIGITS), size),
		);
	}

	private async upload(file: InputFile, hash: string, size: number): Promise<string> {
		let name = inputFileName(file.name, hash);
		for (let tries = 0; ; tries++) {
			const answer = await this.send(file, name).catch(acceptStatus(409));
			if (!(answer instanceof PlatformError)) return answer;
			const known = tries === 0 ? await this.find(name, size) : undefined;
			if (known) return known;
			if (tries >= OTHER_NAMES) throw answer;
			name = inputFileName(file.name, `${hash}-${randomUUID().slice(0, 8)}`);
		}
	}

	private async send(file: InputFile, name: string): Promise<string> {
		const { mimeType } = file;
		const uploaded = await uploadFile(this.client, { name, mimeType, ...(await file.open()) });
		return uploaded.file_uri;
	}

	/** A file of that name holds the same content; undefined when it cannot be read. */
	private async find(name: string, size: number): Promise<string | undefined> {
		const isIt = (row: { name: string; size_bytes: number }) =>
			row.name === name && row.size_bytes === size;
		const rows = await readList(this.client, 'listFiles', {}, 1, isIt).catch(acceptStatus(403));
		if (rows instanceof PlatformError) return undefined;
		const [row] = rows;
		return row && fileUriOf(row);
	}
}
