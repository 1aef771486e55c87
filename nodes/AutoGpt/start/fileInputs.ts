import { isObject, type JsonObject } from '../../../client/util/json';
import { InputFiles, isReadyReference } from '../../../client/inputs/files';
import type { AgentInput } from '../../../client/inputs/inputs';
import type { Item } from '../framework/item';
import { openBinary } from './binaryInput';

function checkBinary(item: Item, input: string, field: string): void {
	const { binary = {} } = item.functions.getInputData()[item.index] ?? {};
	if (Object.hasOwn(binary, field)) return;
	const fields = Object.keys(binary);
	const has = fields.length > 0 ? `has the binary fields ${fields.join(', ')}` : 'has none';
	throw item.failure(
		`Input '${input}' names the binary field '${field}', which the item does not have`,
		`The item ${has}. Give the name of a binary field, a reference such as workspace://…, or an https:// address.`,
	);
}

/** What an expression such as `$binary.data` gives only where n8n keeps binary data outside of memory. */
function isBinaryData(value: unknown): boolean {
	return isObject(value) && 'mimeType' in value && ('id' in value || 'data' in value);
}

async function uriOf(item: Item, input: string, value: unknown): Promise<string> {
	if (typeof value === 'string') {
		if (isReadyReference(value)) return value;
		checkBinary(item, input, value);
	} else if (!isBinaryData(value)) {
		throw item.failure(
			`Input '${input}' holds no file`,
			"Give the name of the item's binary field as text, such as data, rather than the field itself.",
		);
	}
	return await new InputFiles(item.client).uriOf(await openBinary(item, value));
}

/** Puts the references of uploaded files in the place of binary fields. */
export async function uploadFileInputs(
	item: Item,
	inputs: AgentInput[],
	values: JsonObject,
): Promise<JsonObject> {
	const uploaded: JsonObject = {};
	for (const { name, kind } of inputs) {
		if (kind !== 'file' || !Object.hasOwn(values, name)) continue;
		uploaded[name] = await uriOf(item, name, values[name]);
	}
	return { ...values, ...uploaded };
}
