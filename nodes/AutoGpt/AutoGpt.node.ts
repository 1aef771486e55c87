import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { authenticationField, usedWith } from '../shared/authentication';
import { describeResources, findOperation } from './framework/describe';
import { subtitleOf } from './framework/subtitle';
import { LATEST_VERSION, NODE_VERSIONS } from './framework/version';
import { executeOperation } from './framework/execute';
import { methods } from './methods';
import { resources } from './resources';
import { stopHint } from './wait/stopHint';

export class AutoGpt implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AutoGPT',
		name: 'autoGpt',
		icon: {
			light: 'file:../shared/icons/autogpt.svg',
			dark: 'file:../shared/icons/autogpt.dark.svg',
		},
		group: ['transform'],
		version: NODE_VERSIONS,
		defaultVersion: LATEST_VERSION,
		subtitle: subtitleOf(resources),
		description: 'Run AutoGPT agents, wait for them, and work with everything around them',
		defaults: { name: 'AutoGPT' },
		usableAsTool: true,
		builderHint: {
			searchHint:
				'Runs agents of the AutoGPT platform. Agent > Run and Wait returns the outputs of an agent; each item starts a run that costs credits. For runs of hours use Agent > Start, and the AutoGPT Trigger for the result.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-autogpt.autoGptTrigger',
					relationHint: 'Starts a workflow when a run finishes or requests a review',
				},
			],
		},
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'autoGptApi', testedBy: 'testApiKey', ...usedWith('apiKey') },
			{ name: 'autoGptOAuth2Api', ...usedWith('oAuth2') },
		],
		hints: [stopHint],
		properties: [authenticationField, ...describeResources(resources)],
	};

	methods = methods;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = String(this.getNodeParameter('resource', 0));
		const name = String(this.getNodeParameter('operation', 0));
		const operation = findOperation(resources, resource, name);
		if (!operation) {
			throw new NodeOperationError(
				this.getNode(),
				`This version of the node has no operation '${name}' for '${resource}'`,
				{ description: 'Choose another operation, or update the package n8n-nodes-autogpt.' },
			);
		}
		return await executeOperation(this, operation);
	}
}
