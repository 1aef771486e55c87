import type { Agents } from '../../../client/agents/agents';
import { BlockAgents } from '../../../client/agents/blockAgents';
import { inputsOfBlock, layoutOf, takesCredentials } from '../../../client/agents/blockLayout';
import {
	blockAgentName,
	blockTag,
	blockTitle,
	findBlock,
	isRunnable,
	knownAs,
} from '../../../client/agents/blocks';
import { acceptLack, PlatformError } from '../../../client/errors/platformError';
import type { Item } from '../framework/item';
import { unreadableNeeds } from './credentials';
import { givenNames } from './inputs';
import type { Target } from './startItems';

/**
 * The agent that runs the block of an item; made when the library has none. A server that has no
 * agents of the library runs the block itself.
 */
export async function blockTarget(item: Item, agents: Agents): Promise<Target> {
	const id = item.requiredText('blockId', 'Block');
	const block = await findBlock(item.client, id);
	if (!isRunnable(block)) {
		throw item.failure(
			`The block '${blockTitle(block)}' cannot be run on its own`,
			'It starts or frames agents, or stands for another one. Choose a block from the list, which has those that can be run.',
		);
	}
	// The inputs are checked before an agent is made for them.
	const schema = {
		name: blockAgentName(block),
		description: blockTag(block),
		input_schema: inputsOfBlock(block),
	};
	const given = givenNames(item, { agentId: id, agent: schema });
	const layout = layoutOf(block, given.inputs);
	const agent = await new BlockAgents(item.client).agentFor(layout).catch(acceptLack);
	if (agent instanceof PlatformError) {
		if (!takesCredentials(block)) return { agentId: '', blockId: id, taker: schema };
		throw item.failure(
			`The block '${blockTitle(block)}' needs a credential, and cannot be run on its own`,
			"This AutoGPT serves only the older API v1, which hands no credentials to single blocks. Put the block into an agent in AutoGPT's builder, choose its credential there, and use Graph > Run and Wait. Nothing was sent.",
		);
	}
	if (takesCredentials(block)) {
		const needs = await agents.credentialNeeds(agent.id, block);
		// A block that lacks its credential would say less of what to do.
		if (!needs && given.credentials.length === 0) throw unreadableNeeds(item, knownAs(schema));
	}
	return { agentId: agent.id, agent: { ...agent, input_schema: layout.inputs }, blockId: id };
}
