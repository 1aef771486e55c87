import { permissionWords } from '../../../client/contract/permissions';
import type { Agents } from '../../../client/agents/agents';
import type { JsonObject } from '../../../client/util/json';
import { knownAs } from '../../../client/agents/blocks';
import { checkInputs, explainIssues } from '../../../client/inputs/checks';
import { inputsOf, type AgentInput } from '../../../client/inputs/inputs';
import type { AgentRunRequest, LibraryAgent } from '../../../client/contract/types';
import { CREDENTIAL_PREFIX, fieldIdOf, formValues, NO_CREDENTIAL } from '../fields/inputs';
import type { Item } from '../framework/item';
import { chooseCredentials } from './credentials';
import { uploadFileInputs } from './fileInputs';

/** What the user entered, before it is held against the agent. */
interface Given {
	values: JsonObject;
	credentials: JsonObject;
	isForm: boolean;
}

/** The agent that is to take the inputs. */
export interface InputTarget {
	agents: Agents;
	agentId: string;
	/** As it was read; without it the inputs cannot be checked. */
	agent: LibraryAgent | undefined;
	/** What takes the inputs in its place. */
	taker?: InputTaker;
}

/** As much of what takes inputs as it takes to check them. */
export type InputTaker = Pick<LibraryAgent, 'name' | 'description' | 'input_schema'>;

/** As much of it as it takes to check inputs. */
interface CheckTarget {
	agentId: string;
	agent: InputTaker | undefined;
}

/** What was chosen in the credential fields of a form; an empty one is none. */
function chosenCredentials(entries: Array<[string, unknown]>): JsonObject {
	const chosen = entries
		.filter(([id, value]) => id.startsWith(CREDENTIAL_PREFIX) && value !== null && value !== '')
		.map(([id, value]): [string, unknown] => [
			id.slice(CREDENTIAL_PREFIX.length),
			value === NO_CREDENTIAL ? null : value,
		]);
	return Object.fromEntries(chosen);
}

function readForm(item: Item, inputs: AgentInput[]): Given {
	const fields = formValues(item.value('inputs', {}));
	const names = new Map(inputs.map(({ name }) => [fieldIdOf(name), name]));
	const isCredential = (id: string) => id.startsWith(CREDENTIAL_PREFIX) && !names.has(id);
	const entries = Object.entries(fields);
	return {
		values: Object.fromEntries(
			entries
				.filter(([id]) => !isCredential(id))
				.map(([id, value]): [string, unknown] => [names.get(id) ?? id, value]),
		),
		credentials: chosenCredentials(entries.filter(([id]) => isCredential(id))),
		isForm: true,
	};
}

function readGiven(item: Item, inputs: AgentInput[]): Given {
	if (item.value('inputsMode', 'form') !== 'json') return readForm(item, inputs);
	const isCredentialForm = item.valueIfShown('credentialsMode', 'json') === 'form';
	return {
		values: item.jsonObject('inputsJson', 'Inputs'),
		credentials: isCredentialForm
			? chosenCredentials(Object.entries(formValues(item.value('agentCredentials', {}))))
			: item.jsonObject('credentialsJson', 'Agent Credentials'),
		isForm: false,
	};
}

function checked(
	item: Item,
	{ agent, agentId }: CheckTarget,
	inputs: AgentInput[] | undefined,
	{ values, isForm }: Given,
): JsonObject {
	if (!agent || !inputs) {
		if (!isForm || Object.keys(values).length === 0) return values;
		if (!agentId) {
			throw item.failure(
				'The inputs of the graph cannot be read',
				"This AutoGPT serves only the older API v1, which does not tell them: choose JSON under 'Specify Inputs'.",
			);
		}
		throw item.failure(
			`The inputs of agent '${agent?.name ?? agentId}' cannot be read`,
			`Give the API key the permission ${permissionWords('READ_LIBRARY')}, or choose JSON under 'Specify Inputs'.`,
		);
	}
	const source = { isForm, timezone: item.functions.getTimezone() };
	const result = checkInputs(inputs, values, source);
	const issues = explainIssues(knownAs(agent), inputs, result);
	if (issues) throw item.failure(issues.message, issues.description);
	return result.values;
}

/** Names of the inputs and credential fields that the user entered, after the inputs were checked. */
export function givenNames(
	item: Item,
	target: CheckTarget,
): { inputs: string[]; credentials: string[] } {
	const known = target.agent && inputsOf(target.agent);
	const given = readGiven(item, known ?? []);
	return {
		inputs: Object.keys(checked(item, target, known, given)),
		credentials: Object.keys(given.credentials),
	};
}

/** Reads the inputs and credentials that the user entered for an agent, checked and ready to be sent. */
export async function readInputs(item: Item, target: InputTarget): Promise<AgentRunRequest> {
	const { agentId, agent = target.taker } = target;
	const known = agent && inputsOf(agent);
	const given = readGiven(item, known ?? []);
	const values = checked(item, { agentId, agent }, known, given);
	const credentials = await chooseCredentials(item, target, given.credentials, values);
	return {
		// Last, so that nothing is uploaded for an item that cannot be started.
		inputs: await uploadFileInputs(item, known ?? [], values),
		...(Object.keys(credentials).length > 0 ? { credentials_inputs: credentials } : {}),
	};
}
