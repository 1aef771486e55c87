import { listSearch } from '../../shared/rows';

/** Longest text by which AutoGPT searches creators. */
const LONGEST_SEARCH = 100;

/** Fills the list of marketplace agents. AutoGPT does the searching. */
export const searchMarketplaceAgents = listSearch(
	'listMarketplaceAgents',
	({ name, creator, slug, description }) => ({
		name: `${name} by ${creator}`,
		value: `${creator}/${slug}`,
		description: description || undefined,
	}),
	{ queryFor: (search_query) => ({ query: { search_query } }) },
);

/** Fills the list of creators. AutoGPT does the searching. */
export const searchCreators = listSearch(
	'listCreators',
	({ name, username }) => ({ name: `${name} (${username})`, value: username }),
	{ queryFor: (text) => ({ query: { search_query: text.slice(0, LONGEST_SEARCH) } }) },
);
