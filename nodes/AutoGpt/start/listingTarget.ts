import { targetOfListing } from '../../../client/agents/listedAgents';
import { marketplaceAgentOf } from '../fields/marketplaceAgent';
import type { Item } from '../framework/item';
import type { Target } from './startItems';

/** What runs the marketplace agent of an item; it comes into the library where it is not there. */
export async function listingTarget(item: Item): Promise<Target> {
	const { username: creator, agent_name: slug } = marketplaceAgentOf(item);
	const { wasAdded, ...target } = await targetOfListing(item.client, { creator, slug });
	if (!wasAdded) return target;
	const name = target.agent?.name ?? slug;
	return {
		...target,
		hint: { message: `'${name}' was added to your AutoGPT library.`, type: 'info' },
	};
}
