import { listSearch } from '../../shared/rows';

/** Fills the list of files, newest first. */
export const searchFiles = listSearch('listFiles', ({ id, name, mime_type }) => ({
	name,
	value: id,
	description: mime_type,
}));
