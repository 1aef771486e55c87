import { searchAgents } from './agents';
import { testApiKey } from './credentialTest';
import { searchFiles } from './files';
import { searchRuns } from './runs';

/** What the editor asks the node for: credential tests and the lists of its dropdowns. */
export const methods = {
	credentialTest: { testApiKey },
	listSearch: { searchAgents, searchFiles, searchRuns },
};
