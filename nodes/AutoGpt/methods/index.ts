import { searchAgents, searchGraphsOfAgents } from '../../shared/searchAgents';
import { getBlockInputs } from './blockForm';
import { searchBlocks } from './blocks';
import { testApiKey } from '../../shared/credentialTest';
import {
	getAgentCredentials,
	getBlockCredentials,
	getGraphCredentials,
	getListedAgentCredentials,
} from './credentialForm';
import { getExpectedOutputs } from './expectedOutputs';
import { searchFiles } from './files';
import { searchDestinations, searchFolders } from './folders';
import { getGraphInputs } from './graphForm';
import { searchGraphs } from './graphs';
import { searchGraphVersions } from './graphVersions';
import { getAgentInputs } from './inputForm';
import { searchIntegrationCredentials } from './integrationCredentials';
import {
	searchBlockCategories,
	searchCategories,
	searchKeptProviders,
	searchProviders,
} from './knownNames';
import { getListedAgentInputs } from './listedForm';
import { searchCreators, searchMarketplaceAgents } from './marketplace';
import { getReviewData } from './reviewForm';
import { searchReviews } from './reviews';
import { searchRuns } from './runs';
import { getScheduleMeaning } from './scheduleMeaning';
import { searchSchedules, searchTimezones } from './schedules';
import { searchSubmissions } from './submissions';

/** What the editor asks the node for: credential tests and the lists of its dropdowns. */
export const methods = {
	credentialTest: { testApiKey },
	listSearch: {
		searchAgents,
		searchBlockCategories,
		searchBlocks,
		searchCategories,
		searchCreators,
		searchDestinations,
		searchFiles,
		searchFolders,
		searchGraphs,
		searchGraphVersions,
		searchGraphsOfAgents,
		searchIntegrationCredentials,
		searchKeptProviders,
		searchMarketplaceAgents,
		searchProviders,
		searchReviews,
		searchRuns,
		searchSchedules,
		searchSubmissions,
		searchTimezones,
	},
	loadOptions: { getExpectedOutputs },
	resourceMapping: {
		getAgentCredentials,
		getAgentInputs,
		getBlockCredentials,
		getBlockInputs,
		getGraphCredentials,
		getGraphInputs,
		getListedAgentCredentials,
		getListedAgentInputs,
		getReviewData,
		getScheduleMeaning,
	},
};
