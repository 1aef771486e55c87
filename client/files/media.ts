import { isObject, parseJson } from '../util/json';
import type { AutoGptClient } from '../http/client';
import { endpoints } from '../contract/endpoints';
import { explainResponse } from '../errors/explain';
import { baseName } from './fileNames';
import type { FileToUpload } from './files';
import { frameFile } from '../http/multipart';
import { explainUnreadable } from '../errors/unreadable';

/** What AutoGPT takes for a submission, in bytes (contract: uploadSubmissionMedia). */
export const LARGEST_MEDIA_BYTES = 10 * 1024 * 1024;

/**
 * Uploads a picture or video for a submission to the marketplace, once.
 *
 * @returns the address of the stored file
 */
export async function uploadMedia(client: AutoGptClient, file: FileToUpload): Promise<string> {
	const facts = {
		endpoint: endpoints.uploadSubmissionMedia,
		path: {},
		connection: client.connection,
	};
	const { body, headers } = frameFile({ ...file, name: baseName(file.name) || 'file' });
	const answer = await client.transfer(
		'uploadSubmissionMedia',
		{},
		{ body, headers: { Accept: 'application/json', ...headers } },
	);
	if (answer.status >= 300) throw client.error(explainResponse(facts, answer));
	const json = parseJson(answer.body);
	if (!isObject(json)) throw client.error(explainUnreadable(facts, answer));
	if (typeof json.url !== 'string') {
		throw client.error(explainUnreadable(facts, answer, 'url'));
	}
	return json.url;
}
