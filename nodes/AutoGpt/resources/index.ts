import type { Resource } from '../framework/operation';
import { account } from './account';
import { agent } from './agent';
import { block } from './block';
import { creator } from './creator';
import { credit } from './credit';
import { file } from './file';
import { folder } from './folder';
import { graph } from './graph';
import { integrationCredential } from './integrationCredential';
import { marketplaceAgent } from './marketplaceAgent';
import { marketplaceProfile } from './marketplaceProfile';
import { review } from './review';
import { run } from './run';
import { schedule } from './schedule';
import { search } from './search';
import { submission } from './submission';

/** Everything that the node offers, in the order in which the user sees it. */
export const resources: Resource[] = [
	account,
	agent,
	block,
	creator,
	credit,
	file,
	folder,
	graph,
	integrationCredential,
	marketplaceAgent,
	marketplaceProfile,
	review,
	run,
	schedule,
	search,
	submission,
];
