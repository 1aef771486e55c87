import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { credentialTypeOf, usedWith } from '../shared/authentication';
import { searchAgents } from '../shared/searchAgents';
import { testApiKey } from '../shared/credentialTest';
import type { CallSettings } from '../../client/contract/calls';
import { openClient } from '../../client/http/openClient';
import { eventsSubtitle, triggerFields } from './fields';
import { PollMemory } from './memory';
import { pollOnce } from './pollOnce';

/** Rather fail and let n8n try again than hold a poll for minutes. */
const POLL_CALLS: CallSettings = {
	maxTries: 3,
	retryBudgetMs: 30_000,
	timeoutMs: 30_000,
	priority: 'background',
};

function pollWith(memory: PollMemory) {
	return async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const client = await openClient(this, credentialTypeOf(this), POLL_CALLS);
		const items = await pollOnce(this, client, memory);
		return items.length > 0 ? [items] : null;
	};
}

export class AutoGptTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AutoGPT Trigger',
		name: 'autoGptTrigger',
		icon: {
			light: 'file:../shared/icons/autogpt.svg',
			dark: 'file:../shared/icons/autogpt.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: eventsSubtitle,
		description: 'Starts the workflow when an AutoGPT run finishes, requests a review, and more',
		defaults: { name: 'AutoGPT Trigger' },
		polling: true,
		builderHint: {
			searchHint:
				'Polls AutoGPT for finished runs, requested reviews, new files and more; one item for each. To answer a review use AutoGPT, Review > Answer.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-autogpt.autoGpt',
					relationHint: 'Starts runs, answers reviews and reads what a run has made',
				},
			],
		},
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'autoGptApi', testedBy: 'testApiKey', ...usedWith('apiKey') },
			{ name: 'autoGptOAuth2Api', ...usedWith('oAuth2') },
		],
		properties: triggerFields,
	};

	methods = { credentialTest: { testApiKey }, listSearch: { searchAgents } };

	poll = pollWith(new PollMemory());
}
