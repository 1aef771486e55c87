import type { Agents } from '../../../platform/agents';
import { BlockAgents } from '../../../platform/blockAgents';
import { inputsOfBlock, layoutOf } from '../../../platform/blockLayout';
import { blockTitle, findBlock, isRunnable } from '../../../platform/blocks';
import type { LibraryAgent } from '../../../platform/types';
import type { Item } from '../framework/item';
import { givenInputs } from './inputs';

/** The agent that runs the block of an item; made when the library has none. */
export async function blockTarget(
	item: Item,
	agents: Agents,
): Promise<{ agentId: string; agent: LibraryAgent }> {
	const id = item.requiredText('blockId', 'Block');
	const block = await findBlock(item.client, id);
	if (!isRunnable(block)) {
		throw item.failure(
			`The block '${blockTitle(block)}' cannot be run on its own`,
			'It starts or frames agents, or stands for another one. Choose a block from the list, which has those that can be run.',
		);
	}
	const name = `Block: ${blockTitle(block)}`;
	// The inputs are checked before an agent is made for them.
	const schema = { name, input_schema: inputsOfBlock(block) };
	const layout = layoutOf(block, givenInputs(item, { agentId: id, agent: schema }));
	const agent = await BlockAgents.of(item.client, agents).agentFor(layout);
	return { agentId: agent.id, agent: { ...agent, input_schema: layout.inputs } };
}
