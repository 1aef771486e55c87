import { isObject, type JsonObject } from '../../../platform/answers';
import { checkInputs, explainSlips } from '../../../platform/inputChecks';
import { inputsOf } from '../../../platform/inputs';
import type { AgentRunRequest, LibraryAgent } from '../../../platform/types';
import type { Item } from '../framework/item';

/** What the user gave, before it is held against the agent. */
interface Given {
	values: JsonObject;
	isForm: boolean;
}

function readGiven(item: Item): Given {
	if (item.value('inputsMode', 'form') === 'json') {
		return { values: item.jsonObject('inputsJson', 'Inputs'), isForm: false };
	}
	// Read as a whole: n8n would hold the values against the form as it was when it was stored.
	const form = item.value('inputs', {});
	const values = isObject(form) ? form.value : undefined;
	return { values: isObject(values) ? values : {}, isForm: true };
}

/**
 * Reads the inputs that the user gave an agent, checked and ready to be sent.
 *
 * @param agent the agent as it was read; without it nothing can be checked
 */
export async function readInputs(
	item: Item,
	agentId: string,
	agent: LibraryAgent | undefined,
): Promise<AgentRunRequest> {
	const { values, isForm } = readGiven(item);
	const inputs = agent && inputsOf(agent);
	if (!inputs) {
		if (!isForm || Object.keys(values).length === 0) return { inputs: values };
		throw item.failure(
			`The inputs of agent '${agent?.name ?? agentId}' cannot be read`,
			"Give the API key the permission READ_LIBRARY, or choose JSON under 'Specify Inputs'.",
		);
	}
	const source = { isForm, timezone: item.functions.getTimezone() };
	const checked = checkInputs(inputs, values, source);
	const slips = explainSlips(agent.name, inputs, checked);
	if (slips) throw item.failure(slips.message, slips.description);
	return { inputs: checked.values };
}
