import type {
	INodeListSearchItems,
	INodeParameters,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';

// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import type { Stage } from './account.cts';
import { editorContext } from './editorContext.cts';

const credentialOf = ({ emulator, key }: Stage, apiKey = key) => ({
	apiKey,
	baseUrl: emulator.baseUrl,
});

/** Draws the form of an agent's inputs as n8n's editor does. */
export async function drawForm(
	stage: Stage,
	agentId: INodeParameters,
	key = stage.key,
): Promise<ResourceMapperFields> {
	return await draw(stage, 'getAgentInputs', { agentId }, key);
}

/** Draws the form of a block's inputs as n8n's editor does. */
export async function drawBlockForm(
	stage: Stage,
	blockId: INodeParameters,
	key = stage.key,
): Promise<ResourceMapperFields> {
	return await draw(stage, 'getBlockInputs', { blockId }, key);
}

/** Draws the form of a graph's inputs as n8n's editor does. */
export async function drawGraphForm(
	stage: Stage,
	graphId: INodeParameters,
	key = stage.key,
): Promise<ResourceMapperFields> {
	return await draw(stage, 'getGraphInputs', { graphId }, key);
}

/** Draws the form of a marketplace agent's inputs as n8n's editor does. */
export async function drawListedForm(
	stage: Stage,
	marketplaceAgent: INodeParameters,
	key = stage.key,
): Promise<ResourceMapperFields> {
	return await draw(stage, 'getListedAgentInputs', { marketplaceAgent }, key);
}

/** Draws the form for the data of a review as n8n's editor does. */
export async function drawReviewForm(
	stage: Stage,
	reviewId: INodeParameters,
	key = stage.key,
): Promise<ResourceMapperFields> {
	return await draw(stage, 'getReviewData', { reviewId }, key);
}

/** Reads what the fields of a schedule mean as n8n's editor does. */
export async function drawScheduleMeaning(
	stage: Stage,
	parameters: INodeParameters,
	key = stage.key,
): Promise<ResourceMapperFields> {
	return await draw(stage, 'getScheduleMeaning', parameters, key);
}

/** Draws the form of the credentials alone of what is chosen: an agent, a graph, and so on. */
export async function drawCredentialForm(
	stage: Stage,
	parameters: INodeParameters,
	key = stage.key,
): Promise<ResourceMapperFields> {
	if ('graphId' in parameters) return await draw(stage, 'getGraphCredentials', parameters, key);
	if ('blockId' in parameters) return await draw(stage, 'getBlockCredentials', parameters, key);
	return 'marketplaceAgent' in parameters
		? await draw(stage, 'getListedAgentCredentials', parameters, key)
		: await draw(stage, 'getAgentCredentials', parameters, key);
}

/** Fills a list as n8n's editor does when it is opened. */
export async function openList(
	stage: Stage,
	method: keyof AutoGpt['methods']['listSearch'],
	parameters: INodeParameters = {},
	filter?: string,
): Promise<INodeListSearchItems[]> {
	const autoGpt = new AutoGpt();
	const context = editorContext(autoGpt, credentialOf(stage), parameters);
	return (await autoGpt.methods.listSearch[method].call(context, filter)).results;
}

/** Fills a dropdown as n8n's editor does, for these parameters of the node. */
export async function loadOptions(
	stage: Stage,
	method: keyof AutoGpt['methods']['loadOptions'],
	parameters: INodeParameters,
): Promise<INodePropertyOptions[]> {
	const autoGpt = new AutoGpt();
	const context = editorContext(autoGpt, credentialOf(stage), parameters);
	return await autoGpt.methods.loadOptions[method].call(context);
}

async function draw(
	stage: Stage,
	method: keyof AutoGpt['methods']['resourceMapping'],
	parameters: INodeParameters,
	key: string,
): Promise<ResourceMapperFields> {
	const autoGpt = new AutoGpt();
	const context = editorContext(autoGpt, credentialOf(stage, key), parameters);
	return await autoGpt.methods.resourceMapping[method].call(context);
}

/** Parameters of a filled form as n8n stores it. */
export function filledForm(
	value: Record<string, string | number | boolean | null>,
): INodeParameters {
	return {
		inputsMode: 'form',
		inputs: {
			mappingMode: 'defineBelow',
			value,
			matchingColumns: [],
			schema: [],
			attemptToConvertTypes: false,
			convertFieldsToString: false,
		},
	};
}
