import type { EndpointName } from '../contract/endpoints';
import { getMe } from './account';
import { listBlocks } from './blocks';
import { createCredential, deleteCredential, listCredentials } from './credentials';
import { createGraph } from './graphs';
import {
	getCreator,
	getMarketplaceAgent,
	listCreators,
	listMarketplaceAgents,
} from './marketplace';
import { getRun } from './runs';
import type { Adapter, Lack } from './server';
import { BUILDER_ADVICE, startAgentRun } from './starts';

/** What API v1 makes of each operation of API v2 (contract: v1.md section 8). */
export type Dialect = { readonly [N in EndpointName]: Adapter<N> | Lack };

function lack(cannot: string, instead?: string): Lack {
	return { cannot, instead };
}

const IN_THE_APP = "Do it in AutoGPT's web app, or update AutoGPT.";
const AGENTS = lack('read or start agents of the library', BUILDER_ADVICE);
const GRAPHS = lack('read graphs', "Look at them in AutoGPT's builder, or update AutoGPT.");
const NO_FILES =
	'Give an agent a file as an https:// address or as a data: text instead, or update AutoGPT.';

/**
 * Every operation of API v2: how API v1 does it, or what it cannot do. The type asks for all of
 * them, so that a new operation cannot be forgotten here.
 */
export const v1Dialect: Dialect = {
	getMe,
	startAgentRun,
	getRun,
	createGraph,
	listBlocks,
	listCredentials,
	createCredential,
	deleteCredential,
	listMarketplaceAgents,
	getMarketplaceAgent,
	listCreators,
	getCreator,

	listLibraryAgents: AGENTS,
	getLibraryAgent: AGENTS,
	updateLibraryAgent: lack('change agents of the library', IN_THE_APP),
	deleteLibraryAgent: lack('delete agents of the library', IN_THE_APP),
	forkLibraryAgent: lack('duplicate agents', IN_THE_APP),
	listLibraryAgentCredentials: lack(
		'read which credentials an agent needs',
		"Look at its blocks in AutoGPT's builder, or update AutoGPT.",
	),

	listFolders: lack('list folders'),
	createFolder: lack('create folders', IN_THE_APP),
	getFolderTree: lack('read the tree of folders'),
	getFolder: lack('read folders'),
	updateFolder: lack('change folders', IN_THE_APP),
	deleteFolder: lack('delete folders', IN_THE_APP),
	moveFolder: lack('move folders', IN_THE_APP),

	listRuns: lack('list runs', "Look at them in AutoGPT's web app, or update AutoGPT."),
	deleteRun: lack('delete runs', IN_THE_APP),
	stopRun: lack('stop runs', IN_THE_APP),
	shareRun: lack('share runs', IN_THE_APP),
	unshareRun: lack('stop sharing runs', IN_THE_APP),
	listReviews: lack(
		'list or answer reviews',
		"Answer them in AutoGPT's web app, or update AutoGPT.",
	),
	submitReviews: lack('answer reviews', "Answer them in AutoGPT's web app, or update AutoGPT."),

	listSchedules: lack('list schedules', "Look at them in AutoGPT's web app, or update AutoGPT."),
	createSchedule: lack(
		'create schedules',
		'Start the agent by a Schedule Trigger of n8n and Graph > Run and Wait, or update AutoGPT.',
	),
	deleteSchedule: lack('delete schedules', IN_THE_APP),

	listFiles: lack('list files'),
	uploadFile: lack('take files', NO_FILES),
	getFile: lack('read files'),
	deleteFile: lack('delete files', IN_THE_APP),
	downloadFile: lack('return files', "Download it in AutoGPT's web app, or update AutoGPT."),

	listGraphs: lack('list graphs', BUILDER_ADVICE),
	getGraph: GRAPHS,
	updateGraph: lack(
		'store a new version of a graph',
		"Save it in AutoGPT's builder, or update AutoGPT.",
	),
	listGraphVersions: lack('list the versions of a graph'),
	setActiveGraphVersion: lack('choose the active version of a graph', IN_THE_APP),
	updateGraphSettings: lack('change the settings of a graph', IN_THE_APP),
	getGraphLibraryAgent: lack('find the agent of a graph'),
	listGraphBlocks: lack('list the blocks of a graph'),
	listGraphCredentials: lack(
		'read which credentials a graph needs',
		"Look at its blocks in AutoGPT's builder, or update AutoGPT.",
	),
	getGraphMarketplaceListing: lack('find the marketplace listing of a graph'),

	getCreditBalance: lack('read the balance'),
	listCreditTransactions: lack('list credit transactions'),
	getSubscription: lack('read the subscription'),
	listInvoices: lack('list invoices'),
	getCostSummary: lack('sum up costs'),

	getMarketplaceAgentByVersion: lack(
		'read one version of a marketplace agent',
		'Use Marketplace Agent > Get, or update AutoGPT.',
	),
	addMarketplaceAgentToLibrary: lack(
		'add marketplace agents to the library',
		"Add it in AutoGPT's web app, or update AutoGPT.",
	),
	getMarketplaceProfile: lack('read your marketplace profile'),
	updateMarketplaceProfile: lack('change your marketplace profile', IN_THE_APP),
	listSubmissions: lack('list submissions'),
	createSubmission: lack('submit agents to the marketplace', IN_THE_APP),
	uploadSubmissionMedia: lack('take media of submissions', IN_THE_APP),
	updateSubmission: lack('change submissions', IN_THE_APP),
	deleteSubmission: lack('delete submissions', IN_THE_APP),

	search: lack('search', 'Search the marketplace with Marketplace Agent > Get Many.'),
};
