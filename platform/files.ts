import { isObject, parseJson, type HttpAnswer } from './answers';
import type { PlatformClient } from './client';
import { endpoints, type EndpointName } from './endpoints';
import { acceptStatus, PlatformError } from './errors';
import { explainAnswer } from './explain';
import { baseName } from './fileNames';
import { frameFile, type FileContent } from './multipart';
import { readList } from './pages';
import type { UploadedFile, WorkspaceFile } from './types';
import { explainUnreadable } from './unreadable';

export { downloadFile, type DownloadedFile } from './downloads';

const UPLOAD_TIMEOUT_MS = 10 * 60_000;
/** Clocks are compared by the server's own time, told in whole seconds. */
const CLOCK_SLACK_MS = 2_000;

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

function factsOf(client: PlatformClient, name: EndpointName) {
	return { endpoint: endpoints[name], path: {}, connection: client.connection };
}

/** The uploaded file; older servers name the reference only (contract: behaviour.md section 1). */
function uploadedFile(client: PlatformClient, answer: HttpAnswer): UploadedFile {
	const facts = factsOf(client, 'uploadFile');
	if (answer.status >= 300) throw client.error(explainAnswer(facts, answer));
	const json = parseJson(answer.body);
	if (!isObject(json)) throw client.error(explainUnreadable(facts, answer));
	if (typeof json.file_uri !== 'string') {
		throw client.error(explainUnreadable(facts, answer, 'file_uri'));
	}
	const id = typeof json.id === 'string' ? json.id : fileIdOf(json.file_uri);
	const name = json.name ?? json.file_name;
	return { ...json, id, name, file_uri: json.file_uri } as UploadedFile;
}

/** Puts the refusals of an upload into words that name what to change. */
function explainUpload(client: PlatformClient, error: PlatformError, name: string): PlatformError {
	const words: Record<number, { message: string; description: string }> = {
		400: {
			message: `${error.message} (file '${name}')`,
			description:
				'AutoGPT scans each file for viruses and takes none that is infected. Nothing was stored.',
		},
		409: {
			message: `A file named '${name}' exists in AutoGPT`,
			description:
				"Choose 'Replace' or 'Rename' under 'If File Exists', or give the file another name.",
		},
		413: {
			message: `File '${name}' is larger than AutoGPT takes, or its storage is full`,
			description:
				'Each AutoGPT server has its own limit for one file and for all files of an account. Use a smaller file, or delete files with File > Delete.',
		},
	};
	const said = words[error.status ?? 0];
	if (!said) return error;
	const { status, code, outcome } = error;
	return client.error({ ...said, status, code, outcome });
}

/** The file that arrived although no answer told so; undefined when there is none. */
async function arrivedFile(
	client: PlatformClient,
	{ name, size }: FileToUpload,
	since: Date,
): Promise<UploadedFile | undefined> {
	const files = await readList(client, 'listFiles', {}).catch(acceptStatus(403));
	if (files instanceof PlatformError) return undefined;
	const found = files.find(
		(file) =>
			file.name === name &&
			file.size_bytes === size &&
			Date.parse(file.created_at) >= since.getTime() - CLOCK_SLACK_MS,
	);
	return found ? { ...found, file_uri: fileUriOf(found) } : undefined;
}

/**
 * n8n sends a request again when an OAuth2 token has run out, and a stream can be sent once only:
 * a small call first renews the token.
 */
async function renewToken(client: PlatformClient): Promise<void> {
	if (client.connection.credentialType !== 'autoGptOAuth2Api') return;
	await client.call('listFiles', { query: { limit: 1 } }).catch(acceptStatus(403));
}

/**
 * Uploads a file as a stream. It is never sent twice: after an unknown outcome the files are read,
 * and the file counts as uploaded when it is there (contract: behaviour.md section 12).
 *
 * @param options.overwrite replaces a file of the same name, which makes its references useless
 * @throws PlatformError with status 409 when a file of that name exists
 */
export async function uploadFile(
	client: PlatformClient,
	file: FileToUpload,
	options: { overwrite?: boolean } = {},
): Promise<UploadedFile> {
	const named = { ...file, name: baseName(file.name) || 'file' };
	await renewToken(client);
	const since = client.serverNow();
	const { body, headers } = frameFile(named);
	const answer = await client
		.transfer(
			'uploadFile',
			{},
			{
				body,
				headers: { Accept: 'application/json', ...headers },
				timeout: UPLOAD_TIMEOUT_MS,
				...(options.overwrite ? { qs: { overwrite: true } } : {}),
			},
		)
		.catch(async (error: unknown) => {
			if (!(error instanceof PlatformError)) throw error;
			if (error.outcome === 'refused') throw explainUpload(client, error, named.name);
			const arrived = await arrivedFile(client, named, since).catch(() => undefined);
			if (!arrived) throw error;
			return arrived;
		});
	return 'file_uri' in answer ? answer : uploadedFile(client, answer);
}
