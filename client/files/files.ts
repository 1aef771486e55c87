import { createHash } from 'crypto';

import { isObject, parseJson } from '../util/json';
import type { HttpResponse } from '../contract/response';
import type { AutoGptClient } from '../http/client';
import { endpoints, type EndpointName } from '../contract/endpoints';
import { explainResponse } from '../errors/explain';
import { baseName } from './fileNames';
import { frameFile, type FileContent } from '../http/multipart';
import { readList } from '../http/pages';
import { sendOnce } from '../http/unclearWrite';
import type { UploadedFile, WorkspaceFile } from '../contract/types';
import { downloadFile, type DownloadedFile } from './downloads';
import { refusedUpload, unconfirmedUpload } from './uploadErrors';
import { explainUnreadable } from '../errors/unreadable';

export { downloadFile, type DownloadedFile };

const UPLOAD_TIMEOUT_MS = 10 * 60_000;
/** Clocks of responses and of the store may differ; the content tells which file it is. */
const CLOCK_SLACK_MS = 60_000;

/** A file that is to be uploaded. */
export interface FileToUpload {
	name: string;
	mimeType: string;
	/** Number of bytes. */
	size: number;
	content: FileContent;
}

const REFERENCE = /^workspace:\/\/([^#/?\s]+)(?:#.*)?$/;

/** Whether a value refers to a file of the workspace, as file outputs of runs do. */
export function isFileReference(value: unknown): value is string {
	return typeof value === 'string' && REFERENCE.test(value);
}

/**
 * The ID of a file, from the ID itself or from a reference `workspace://ID#mime`
 * (contract: behaviour.md section 12).
 */
export function fileIdOf(reference: string): string {
	const text = reference.trim();
	return REFERENCE.exec(text)?.[1] ?? text;
}

/** The reference that file inputs of agents take. */
export function fileUriOf({ id, mime_type }: Pick<WorkspaceFile, 'id' | 'mime_type'>): string {
	return `workspace://${id}#${mime_type}`;
}

function factsOf(client: AutoGptClient, name: EndpointName) {
	return { endpoint: endpoints[name], path: {}, connection: client.connection };
}

/** The uploaded file; older servers name the reference only (contract: behaviour.md section 1). */
function uploadedFile(client: AutoGptClient, answer: HttpResponse): UploadedFile {
	const facts = factsOf(client, 'uploadFile');
	if (answer.status >= 300) throw client.error(explainResponse(facts, answer));
	const json = parseJson(answer.body);
	if (json === undefined) throw client.error(explainUnreadable(facts, answer));
	if (!isObject(json) || typeof json.file_uri !== 'string') {
		throw client.error(explainUnreadable(facts, answer, 'file_uri'));
	}
	const id = typeof json.id === 'string' ? json.id : fileIdOf(json.file_uri);
	const name = json.name ?? json.file_name;
	return { ...json, id, name, file_uri: json.file_uri } as UploadedFile;
}

/** SHA-256 of a file as AutoGPT has it. */
async function storedDigest(client: AutoGptClient, fileId: string): Promise<string> {
	const { stream } = await downloadFile(client, fileId);
	const hash = createHash('sha256');
	try {
		for await (const chunk of stream) hash.update(chunk as Uint8Array);
	} catch {
		throw client.error({
			message: `File '${fileId}' broke off while it was read`,
			description: '',
			outcome: 'unknown',
		});
	}
	return hash.digest('hex');
}

/**
 * The file that arrived although no response said so; undefined when there is none. Another one may
 * have the same name and size: only the content proves it.
 *
 * @param digest SHA-256 of what was sent; undefined when not all of it was
 */
async function arrivedFile(
	client: AutoGptClient,
	{ name, size }: FileToUpload,
	since: Date,
	digest: string | undefined,
): Promise<UploadedFile | undefined> {
	// AutoGPT stores no half of a file.
	if (digest === undefined) return undefined;
	const files = await readList(client, 'listFiles', {}, Infinity, (file) => {
		const isSince = Date.parse(file.created_at) >= since.getTime() - CLOCK_SLACK_MS;
		return file.name === name && file.size_bytes === size && isSince;
	});
	for (const file of files) {
		if ((await storedDigest(client, file.id)) === digest) {
			return { ...file, file_uri: fileUriOf(file) };
		}
	}
	return undefined;
}

/**
 * Uploads a file as a stream. It is never sent twice: after an unknown outcome the files are read,
 * and the file counts as uploaded when one of that content is there (contract: behaviour.md section 12).
 *
 * @param options.overwrite replaces a file of the same name, which makes its references useless
 * @throws PlatformError with status 409 when a file of that name exists
 */
export async function uploadFile(
	client: AutoGptClient,
	file: FileToUpload,
	options: { overwrite?: boolean } = {},
): Promise<UploadedFile> {
	const named = { ...file, name: baseName(file.name) || 'file' };
	const since = client.serverNow();
	const { body, headers, digest } = frameFile(named);
	return await sendOnce(client, {
		send: async () => {
			const response = await client.transfer(
				'uploadFile',
				{},
				{
					body,
					headers: { Accept: 'application/json', ...headers },
					timeout: UPLOAD_TIMEOUT_MS,
					...(options.overwrite ? { qs: { overwrite: true } } : {}),
				},
			);
			return uploadedFile(client, response);
		},
		find: async () => await arrivedFile(client, named, since, digest()),
		refused: async (refusal) => client.error(refusedUpload(refusal, named.name)),
		unclear: (reason, result) => unconfirmedUpload(reason, named.name, result),
	});
}
