import { listSearch } from '../../shared/rows';

/** Fills the list of graphs. */
export const searchGraphs = listSearch('listGraphs', ({ id, name, description }) => ({
	name,
	value: id,
	description: description || undefined,
}));
