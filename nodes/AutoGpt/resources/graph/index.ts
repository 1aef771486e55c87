import type { Resource } from '../../framework/operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { getAgent } from './getAgent.operation';
import { getBlocks } from './getBlocks.operation';
import { getMany } from './getMany.operation';
import { getMarketplaceListing } from './getMarketplaceListing.operation';
import { getRequiredCredentials } from './getRequiredCredentials.operation';
import { getVersions } from './getVersions.operation';
import { runAndWait } from './runAndWait.operation';
import { setActiveVersion } from './setActiveVersion.operation';
import { start } from './start.operation';
import { update } from './update.operation';
import { updateSettings } from './updateSettings.operation';

export const graph: Resource = {
	name: 'Graph',
	value: 'graph',
	description: 'What an agent is made of: blocks and the links between them',
	defaultOperation: 'get',
	operations: [
		create,
		get,
		getAgent,
		getBlocks,
		getMany,
		getMarketplaceListing,
		getRequiredCredentials,
		getVersions,
		runAndWait,
		setActiveVersion,
		start,
		update,
		updateSettings,
	],
};
