import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { agentField } from '../shared/agentField';
import { authenticationField } from '../shared/authentication';
import type { EventKind } from './event';
import { EVENTS_BY_NAME } from './eventsByName';

const events: INodeProperties = {
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	required: true,
	default: ['runFinished'],
	description: 'Starts the workflow when one of these happens, once for each event',
	options: EVENTS_BY_NAME.map(({ value, option: { name, description } }) => ({
		name,
		value,
		description,
	})),
};

/** The fields that only one kind of event needs. */
function ownFields({ value, fields = [] }: EventKind): INodeProperties[] {
	return updateDisplayOptions({ show: { events: [value] } }, fields);
}

const ofRuns = EVENTS_BY_NAME.filter(({ isOfRuns }) => isOfRuns);
const ofOthers = EVENTS_BY_NAME.filter(({ isOfRuns }) => !isOfRuns);
const whereRuns = { show: { events: ofRuns.map(({ value }) => value) } };

const agents: INodeProperties = {
	displayName: 'Agents',
	name: 'agents',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Agent',
	default: {},
	description:
		'Starts the workflow only for runs and reviews of these agents; without any, of all agents. Runs inside other runs count, too.',
	displayOptions: whereRuns,
	options: [{ displayName: 'Agent', name: 'agent', values: [agentField] }],
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	displayOptions: whereRuns,
	options: [
		{
			displayName: 'Download Output Files',
			name: 'downloadFiles',
			type: 'boolean',
			default: true,
			description:
				'Whether to download files among the outputs of a finished run into binary data, under the name of the output',
		},
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			default: 'simplified',
			description: 'How much of a run an item has',
			options: [
				{
					name: 'Raw',
					value: 'raw',
					description: 'The run as AutoGPT returns it, with all block executions',
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
			description: 'An agent can return several values for one output',
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
	...ofRuns.flatMap(ownFields),
	agents,
	...ofOthers.flatMap(ownFields),
	options,
];

const names = Object.fromEntries(EVENTS_BY_NAME.map(({ value, option }) => [value, option.name]));

/** Names the chosen events on the canvas. */
export const eventsSubtitle = `={{ [$parameter["events"]].flat().map((event) => (${JSON.stringify(names)})[event] ?? event).join(", ") }}`;
