import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { readList, type Row } from '../../../client/http/pages';
import { ROOT } from '../fields/folder';
import { clientFor, ROWS_SEARCHED } from '../../shared/rows';

type Folder = Row<'getFolderTree'>;

/** A folder and all below it, each named by its path. */
function entriesOf(folder: Folder, above: string): INodeListSearchItems[] {
	const name = above + folder.name;
	const below = folder.children.flatMap((child) => entriesOf(child, `${name} / `));
	return [{ name, value: folder.id }, ...below];
}

/** Fills the list of folders with those of all levels. */
export async function searchFolders(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await clientFor(this);
	const roots = await readList(client, 'getFolderTree', {}, ROWS_SEARCHED);
	const wanted = filter.toLowerCase();
	const entries = roots.flatMap((root) => entriesOf(root, ''));
	return { results: entries.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}

/** The same with the root of the library before them. */
export async function searchDestinations(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const folders = await searchFolders.call(this, filter);
	const root = { name: 'Root of the Library', value: ROOT };
	const isWanted = root.name.toLowerCase().includes(filter.toLowerCase());
	return { results: [...(isWanted ? [root] : []), ...folders.results] };
}
