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
import type { LibraryAgent } from '../../../client/contract/types';
import type { Item } from '../framework/item';
import { unreadableNeeds } from './credentials';
import { givenNames } from './inputs';

/** The agent that runs the block of an item; made when the library has none. */
export async function blockTarget(
	item: Item,
	agents: Agents,
): Promise<{ agentId: string; agent: LibraryAgent; blockId: string }> {
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
	const agent = await new BlockAgents(item.client).agentFor(layout);
	if (takesCredentials(block)) {
		const needs = await agents.credentialNeeds(agent.id, block);
		// A block that lacks its credential would say less of what to do.
		if (!needs && given.credentials.length === 0) throw unreadableNeeds(item, knownAs(schema));
	}
	return { agentId: agent.id, agent: { ...agent, input_schema: layout.inputs }, blockId: id };
}
