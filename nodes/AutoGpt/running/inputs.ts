import type { AgentRunRequest } from '../../../platform/types';
import type { Item } from '../framework/item';

/** Reads the inputs that the user gave an agent, checked and ready to be sent. */
export async function readInputs(item: Item): Promise<AgentRunRequest> {
	return { inputs: item.jsonObject('inputsJson', 'Inputs') };
}
