import type { INodeProperties } from 'n8n-workflow';

import { agentField } from '../shared/agentField';
import { authenticationField } from '../shared/authentication';

const events: INodeProperties = {
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	required: true,
	default: ['runFinished'],
	description: 'What the workflow wakes for; each event wakes it once',
	options: [
		{
			name: 'Agent Added or Changed',
			value: 'agentChanged',
			description: 'An agent came into the library, or was changed there',
		},
		{
			name: 'Credit Balance Low',
			value: 'creditLow',
			description: 'The balance fell below a limit',
		},
		{
			name: 'File Added',
			value: 'fileAdded',
			description: 'A file was uploaded, or made by an agent',
		},
		{
			name: 'Review Requested',
			value: 'reviewRequested',
			description: 'A run asks a person and waits for the answer',
		},
		{
			name: 'Run Finished',
			value: 'runFinished',
			description: 'A run came to its end, well or not',
		},
		{
			name: 'Run Started',
			value: 'runStarted',
			description: 'A run was started, by whomever',
		},
	],
};

const outcomes: INodeProperties = {
	displayName: 'Outcomes',
	name: 'outcomes',
	type: 'multiOptions',
	required: true,
	default: ['completed', 'completedWithFailedBlocks', 'failed', 'stopped'],
	description: 'Which ends of a run count',
	displayOptions: { show: { events: ['runFinished'] } },
	options: [
		{
			name: 'Completed',
			value: 'completed',
			description: 'The run came to its end and no block failed',
		},
		{
			name: 'Completed With Failed Blocks',
			value: 'completedWithFailedBlocks',
			description: 'A block failed, though the run went on to its end: outputs may be missing',
		},
		{ name: 'Failed', value: 'failed', description: 'AutoGPT gave up on the run' },
		{ name: 'Stopped', value: 'stopped', description: 'Someone or something stopped the run' },
	],
};

const agents: INodeProperties = {
	displayName: 'Agents',
	name: 'agents',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Agent',
	default: {},
	description:
		'Wake for runs and reviews of these agents only; without any, for those of all agents. Runs that an agent starts inside another one appear like any other run.',
	displayOptions: { show: { events: ['runFinished', 'runStarted', 'reviewRequested'] } },
	options: [{ displayName: 'Agent', name: 'agent', values: [agentField] }],
};

const creditLimit: INodeProperties = {
	displayName: 'Balance Limit (Cents)',
	name: 'creditLimitCents',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 500,
	description:
		'Wakes the workflow once when the balance falls below this many US cents, and again only after it was above',
	displayOptions: { show: { events: ['creditLow'] } },
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	displayOptions: { show: { events: ['runFinished', 'runStarted', 'reviewRequested'] } },
	options: [
		{
			displayName: 'Download Output Files',
			name: 'downloadFiles',
			type: 'boolean',
			default: false,
			description:
				'Whether to download files among the outputs of a finished run into binary data, under the name of the output',
		},
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			default: 'simplified',
			options: [
				{
					name: 'Raw',
					value: 'raw',
					description: 'The run as AutoGPT gives it, with all block executions',
				},
				{
					name: 'Simplified',
					value: 'simplified',
					description: 'Outcome, outputs by name, failed blocks, cost and link',
				},
				{
					name: 'Slim',
					value: 'slim',
					description: 'ID, status, times and link, without outputs: no request for each run',
				},
			],
		},
		{
			displayName: 'Output Values',
			name: 'outputValues',
			type: 'options',
			default: 'last',
			description: 'An agent can give several values for one output',
			options: [
				{ name: 'All Values', value: 'all', description: 'A list for each output' },
				{ name: 'Last Value', value: 'last' },
			],
		},
	],
};

/** All fields of the trigger. */
export const triggerFields: INodeProperties[] = [
	authenticationField,
	events,
	outcomes,
	agents,
	creditLimit,
	options,
];
