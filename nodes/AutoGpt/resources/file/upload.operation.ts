import type { IDataObject } from 'n8n-workflow';

import { acceptStatus, PlatformError } from '../../../../client/errors/platformError';
import { baseName, freeName } from '../../../../client/files/fileNames';
import { uploadFile } from '../../../../client/files/files';
import { readList } from '../../../../client/http/pages';
import type { UploadedFile } from '../../../../client/contract/types';
import type { Item } from '../../framework/item';
import type { ItemOperation } from '../../framework/operation';
import { openBinary, type OpenableFile } from '../../start/binaryInput';
import { remoteFile } from './remoteFile';
import { uploadFields } from './uploadFields';

/** How often a name that was free a moment ago may turn out to be taken. */
const RENAMES = 5;

/** The text to write: an empty one makes an empty file, an expression without a value none. */
function textOf(item: Item): string {
	const text = item.value('text', '');
	if (text === null || text === undefined) {
		throw item.failure(
			"'Text' is empty",
			"Check that the expression in 'Text' returns a text for this item. For an empty file, let it return an empty text.",
		);
	}
	return typeof text === 'string' ? text : JSON.stringify(text);
}

function textFile(item: Item): OpenableFile {
	const name = item.requiredText('fileName', 'File Name');
	const content = Buffer.from(textOf(item), 'utf8');
	const size = content.length;
	return { name, mimeType: 'text/plain', open: async () => ({ content, size }) };
}

async function namedFile(item: Item, found: Promise<OpenableFile>): Promise<OpenableFile> {
	const file = await found;
	return { ...file, name: item.text('fileName') || file.name };
}

async function chosenContent(item: Item): Promise<OpenableFile> {
	const source = item.value('source', 'binary');
	if (source === 'text') return textFile(item);
	if (source === 'url') return await namedFile(item, remoteFile(item));
	return await namedFile(item, openBinary(item, item.value('binaryPropertyName', 'data')));
}

async function send(
	item: Item,
	file: OpenableFile,
	name: string,
	overwrite: boolean,
): Promise<UploadedFile> {
	const { mimeType } = file;
	return await uploadFile(item.client, { name, mimeType, ...(await file.open()) }, { overwrite });
}

/** Uploads under the first name that is free. */
async function sendRenamed(item: Item, file: OpenableFile): Promise<UploadedFile> {
	const wanted = baseName(file.name);
	let name = wanted;
	for (let renames = 0; ; renames++) {
		const answer = await send(item, file, name, false).catch(acceptStatus(409));
		if (!(answer instanceof PlatformError)) return answer;
		if (renames >= RENAMES) throw answer;
		const files = await readList(item.client, 'listFiles', {});
		name = freeName(wanted, new Set(files.map((row) => row.name)));
	}
}

export const upload: ItemOperation = {
	name: 'Upload',
	value: 'upload',
	action: 'Upload file',
	description: 'Upload a file, for example as the input of an agent',
	fields: uploadFields,
	perItem: async (item) => {
		const file = await chosenContent(item);
		const ifExists = item.text('ifFileExists');
		const uploaded =
			ifExists === 'rename'
				? await sendRenamed(item, file)
				: await send(item, file, file.name, ifExists === 'replace');
		return { json: { ...uploaded } as IDataObject };
	},
};
