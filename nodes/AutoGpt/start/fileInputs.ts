import { InputFiles, isReadyReference } from '../../../client/inputs/files';
import type { AgentInput } from '../../../client/inputs/inputs';
import { pathText } from '../../../client/inputs/schema/path';
import { placesIn, withValueAt, type Place } from '../../../client/inputs/schema/places';
import { isObject, type JsonObject } from '../../../client/util/json';
import type { Item } from '../framework/item';
import { openBinary } from './binaryInput';

function binaryFieldsOf(item: Item): string[] {
	return Object.keys(item.functions.getInputData()[item.index]?.binary ?? {});
}

/** What an expression such as `$binary.data` returns only where n8n keeps binary data outside of memory. */
function isBinaryData(value: unknown): boolean {
	return isObject(value) && 'mimeType' in value && ('id' in value || 'data' in value);
}

/** Whether a file belongs where a value stands; where text may be, too, only an item's own field. */
function isFilePlace(item: Item, { branch, shape, value }: Place): boolean {
	const { branches } = shape;
	if (!branches.some(({ format }) => format === 'file')) return false;
	const takesText = branches.some(
		({ type, format }) => format !== 'file' && (type === undefined || type === 'string'),
	);
	if (!takesText) return branch.format === 'file';
	return isBinaryData(value) || (typeof value === 'string' && binaryFieldsOf(item).includes(value));
}

function isReady({ value }: Place): boolean {
	return typeof value === 'string' && isReadyReference(value);
}

function checkFile(item: Item, { path, value }: Place): void {
	const input = pathText(path);
	if (typeof value === 'string') {
		const fields = binaryFieldsOf(item);
		if (fields.includes(value)) return;
		const has = fields.length > 0 ? `has the binary fields ${fields.join(', ')}` : 'has none';
		throw item.failure(
			`Input '${input}' names the binary field '${value}', which the item does not have`,
			`The item ${has}. Enter the name of a binary field, a reference such as workspace://…, or an https:// address.`,
		);
	}
	if (isBinaryData(value)) return;
	throw item.failure(
		`Input '${input}' holds no file`,
		"Enter the name of the item's binary field as text, such as data, rather than the field itself.",
	);
}

/**
 * Puts the references of uploaded files in the place of binary fields, also within lists and
 * objects. All are looked at before the first is uploaded.
 */
export async function uploadFileInputs(
	item: Item,
	inputs: AgentInput[],
	values: JsonObject,
): Promise<JsonObject> {
	const files = inputs
		.flatMap(({ name, shape }) => placesIn(shape, values[name], [name]))
		.filter((place) => isFilePlace(item, place) && !isReady(place));
	for (const file of files) checkFile(item, file);
	let uploaded: unknown = values;
	for (const { path, value } of files) {
		const uri = await new InputFiles(item.client).uriOf(await openBinary(item, value));
		uploaded = withValueAt(uploaded, path, uri);
	}
	return isObject(uploaded) ? uploaded : values;
}
