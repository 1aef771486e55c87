import { NodeOperationError } from 'n8n-workflow';

import { nameForType } from '../../../client/files/fileNames';
import type { FileContent } from '../../../client/http/multipart';
import type { Item } from '../framework/item';

/** A file that can be opened more than once, since a stream can be sent once only. */
export interface OpenableFile {
	name: string;
	mimeType: string;
	open: () => Promise<{ content: FileContent; size: number }>;
}

/**
 * A binary field of an item, as a stream where n8n keeps it outside of memory.
 *
 * @param field name of the binary field, or the binary data itself
 */
export async function openBinary(item: Item, field: unknown): Promise<OpenableFile> {
	const { helpers } = item.functions;
	const name = typeof field === 'string' ? field.trim() : undefined;
	const binary = findBinary(item, name ?? field);
	const { id, fileExtension } = binary;
	return {
		name: nameForType(binary.fileName ?? '', binary.mimeType, fileExtension),
		mimeType: binary.mimeType,
		open: async () => {
			if (id === undefined) {
				const content = Buffer.from(binary.data, 'base64');
				return { content, size: content.length };
			}
			const { fileSize } = await helpers.getBinaryMetadata(id);
			return { content: await helpers.getBinaryStream(id), size: fileSize };
		},
	};
}

const MOST_NAMES = 10;

/** Which binary fields the item has, or that it has none. */
function namesOfBinary({ functions, index }: Item): string {
	const names = Object.keys(functions.getInputData()[index]?.binary ?? {});
	if (names.length === 0) {
		return 'The item has no binary field: check that the node before this one returns a file.';
	}
	const shown = names.slice(0, MOST_NAMES).map((name) => `'${name}'`);
	const more = names.length > MOST_NAMES ? ' and more' : '';
	return `The item has the binary ${names.length === 1 ? 'field' : 'fields'} ${shown.join(', ')}${more}.`;
}

function findBinary(item: Item, field: unknown) {
	try {
		return item.functions.helpers.assertBinaryData(item.index, field as string);
	} catch (error) {
		if (error instanceof NodeOperationError) {
			throw item.failure(
				typeof field === 'string'
					? `The item has no binary data in the field '${field}'`
					: 'The field does not hold binary data',
				`Check 'Input Data Field Name'. ${namesOfBinary(item)}`,
			);
		}
		throw item.failure(
			'The binary data of the item cannot be read',
			error instanceof Error ? error.message : '',
		);
	}
}
