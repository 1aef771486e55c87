import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { credentialTypeOf } from '../shared/authentication';
import { searchAgents } from '../shared/searchAgents';
import { testApiKey } from '../shared/credentialTest';
import { openClient } from '../../client/http/openClient';
import { triggerFields } from './fields';
import { PollMemory } from './memory';
import { pollOnce } from './pollOnce';

/** Rather fail and let n8n try again than hold a poll for minutes. */
const POLL_CALLS = { maxTries: 3, retryBudgetMs: 30_000, timeoutMs: 30_000 };

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
		icon: { light: 'file:../AutoGpt/autogpt.svg', dark: 'file:../AutoGpt/autogpt.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["events"].length }} {{ $parameter["events"].length === 1 ? "event" : "events" }}',
		description: 'Wakes a workflow once when an AutoGPT run finishes, asks a person, and more',
		defaults: { name: 'AutoGPT Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'autoGptApi',
				required: true,
				testedBy: 'testApiKey',
				displayOptions: { show: { authentication: ['apiKey'] } },
			},
			{
				name: 'autoGptOAuth2Api',
				required: true,
				displayOptions: { show: { authentication: ['oAuth2'] } },
			},
		],
		properties: triggerFields,
	};

	methods = { credentialTest: { testApiKey }, listSearch: { searchAgents } };

	poll = pollWith(new PollMemory());
}
