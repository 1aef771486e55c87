import { listSearch } from '../../shared/rows';

/** Fills the list of the credentials that AutoGPT keeps for other services. */
export const searchIntegrationCredentials = listSearch(
	'listCredentials',
	({ id, title, provider, type }) => ({
		name: `${title || 'Untitled'} (${provider}, ${type.replaceAll('_', ' ')})`,
		value: id,
	}),
);
