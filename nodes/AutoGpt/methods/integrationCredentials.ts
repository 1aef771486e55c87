import { credentialTypeWords } from '../../../client/agents/agentCredentials';
import { listSearch } from '../../shared/rows';

/** Fills the list of the credentials that AutoGPT keeps for other services. */
export const searchIntegrationCredentials = listSearch(
	'listCredentials',
	({ id, title, provider, type }) => ({
		name: `${title || 'Untitled'} (${provider}, ${credentialTypeWords(type)})`,
		value: id,
	}),
);
