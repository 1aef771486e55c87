import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../framework/item';
import { locatorField } from '../../shared/locator';

const folder = {
	search: 'searchFolders',
	thing: 'a folder',
	example: '9b1f6c3a-4d5e-4f60-8a7b-2c3d4e5f6a7b',
};

/** Names one folder of the library. */
export const folderField: INodeProperties = locatorField({
	...folder,
	displayName: 'Folder',
	name: 'folderId',
	description: 'The folder of your AutoGPT library to work with',
});

/** Names a folder in another part than that of the folder to work with. */
export function otherFolderField(
	displayName: string,
	name: string,
	description: string,
	required = false,
): INodeProperties {
	return locatorField({ ...folder, displayName, name, description, required });
}

/** What the list of destinations has for no folder at all. */
export const ROOT = 'root';

/** Names where something goes: a folder, or the root of the library. */
export function destinationField(
	displayName: string,
	name: string,
	description: string,
	required = false,
): INodeProperties {
	return locatorField({
		...folder,
		required,
		search: 'searchDestinations',
		displayName,
		name,
		description: `${description}: into a folder, or to the root of the library`,
		hint: `The ID of a folder, or ${ROOT}`,
	});
}

/** The folder that an item names as destination; undefined for the root. */
export function destinationOf(item: Item, path: string, label: string): string | undefined {
	const folderId = item.requiredText(path, label);
	return folderId.toLowerCase() === ROOT ? undefined : folderId;
}
