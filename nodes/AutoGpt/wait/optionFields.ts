import type { INodeProperties } from 'n8n-workflow';

import { listField } from '../fields/lists';
import { runGraphOption } from '../fields/runGraph';
import { KNOWN_RUN_FIELDS } from '../output/run';
import { titled } from '../framework/simplify';
import { onlyInVersion1, since1_1 } from '../framework/version';
import {
	BLOCK_FAIL_ON,
	DEFAULT_LONGEST_INTERVAL_SECONDS,
	DEFAULT_CONCURRENT_STARTS,
	DEFAULT_TIME_LIMIT_MINUTES,
	MAX_CONCURRENT_STARTS,
} from './settings';

/** Which values of an output are returned. */
const outputValues: INodeProperties = {
	displayName: 'Output Values',
	name: 'outputValues',
	type: 'options',
	default: 'last',
	description:
		"An agent may return the same output several times; which of the values 'outputs' holds",
	options: [
		{ name: 'All Values', value: 'all', description: "A list for each output in 'outputs'" },
		{
			name: 'Last Value',
			value: 'last',
			description: "The last one in 'outputs'; 'output_values' has the lists of all",
		},
	],
};

const stopRunsOnCancel: INodeProperties = {
	displayName: 'Stop Runs on Cancel',
	name: 'stopRunsOnCancel',
	type: 'boolean',
	default: false,
	description:
		'Whether pressing Stop in n8n also stops the runs that AutoGPT has confirmed. A start without an answer at that moment goes on.',
	hint: 'If off, runs go on in AutoGPT after you press Stop in n8n, and go on costing credits',
};

/**
 * Options that became fields of their own, where they are seen. A workflow that has one as an option
 * keeps it there, and then has no such field.
 */
const PROMOTED = [outputValues, stopRunsOnCancel];
const EXISTS = [{ _cnd: { exists: true as const } }];

const promotedFields = PROMOTED.map((field): INodeProperties => {
	return { ...field, displayOptions: { hide: { [`/options.${field.name}`]: EXISTS } } };
});
const promotedOptions = PROMOTED.map((field): INodeProperties => {
	return { ...field, displayOptions: { show: { [field.name]: EXISTS } } };
});

/** Outputs that a run must have, as text with commas. */
const expectedOutputsText = onlyInVersion1({
	displayName: 'Expected Outputs',
	name: 'expectedOutputs',
	type: 'string',
	default: '',
	placeholder: 'e.g. summary, sources',
	description:
		"Outputs that a run must return, separated by commas, for 'Fail On'. Empty: all that the agent declares.",
});

/** The same in rows, where only a run is named. */
const expectedOutputRows = since1_1(
	listField({
		displayName: 'Expected Outputs',
		name: 'expectedOutputs',
		placeholder: 'e.g. summary',
		addRow: 'Add Output',
		description:
			"Outputs that a run must return, for 'Fail On'. If left out, all that the agent declares.",
	}),
);

/** The same from the list of what the agent or block declares. */
const expectedOutputChoices = since1_1({
	displayName: 'Expected Output Names or IDs',
	name: 'expectedOutputs',
	type: 'multiOptions',
	default: [],
	typeOptions: {
		loadOptionsMethod: 'getExpectedOutputs',
		loadOptionsDependsOn: [
			'agentId.value',
			'blockId.value',
			'graphId.value',
			'marketplaceAgent.value',
		],
	},
	description:
		'For \'Fail On\'. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
});

/** How the waiting goes. */
const waitOptions: INodeProperties[] = [
	{
		displayName: 'Fail On',
		name: 'failOn',
		type: 'multiOptions',
		default: ['failed', 'stopped'],
		description: 'Which outcomes count as a failure of the item',
		options: [
			{
				name: 'Completed With Failed Blocks',
				value: 'failedBlocks',
				description: 'A block of the agent failed, though the run went on to its end',
			},
			{
				name: 'Completed Without an Expected Output',
				value: 'missingOutputs',
				description: 'An output that was expected never came',
			},
			{ name: 'Failed', value: 'failed', description: 'AutoGPT could not complete the run' },
			{ name: 'Stopped', value: 'stopped', description: 'Someone or something stopped the run' },
		],
	},
	{
		displayName: 'Max Poll Interval (Sec)',
		name: 'longestInterval',
		type: 'number',
		default: DEFAULT_LONGEST_INTERVAL_SECONDS,
		typeOptions: { minValue: 0.5 },
		description:
			'Longest pause between two status checks, which begin short. One request checks a hundred runs.',
	},
	{
		displayName: 'On Review',
		name: 'onReview',
		type: 'options',
		default: 'return',
		description: 'What to do when a run asks a person and waits for the answer',
		options: [
			{
				name: 'Return Run and Its Reviews',
				value: 'return',
				description: "One item for the run, with its 'reviews'; answer them with Review > Answer",
			},
			{ name: 'Stop the Run', value: 'stop', description: 'The reviews count as rejected then' },
			{
				name: 'Wait for the Answer',
				value: 'wait',
				description: 'Until someone answers or the time limit is over',
			},
		],
	},
	{
		displayName: 'On Time Limit',
		name: 'onTimeLimit',
		type: 'options',
		default: 'fail',
		description: 'What to do with a run that is not finished when the time limit is over',
		options: [
			{ name: 'Fail the Item', value: 'fail', description: 'The run itself goes on in AutoGPT' },
			{
				name: 'Return Unfinished Run',
				value: 'return',
				description: 'The run itself goes on in AutoGPT',
			},
			{
				name: 'Stop the Run',
				value: 'stop',
				description: 'The run ends in AutoGPT, and the item fails',
			},
		],
	},
	{
		displayName: 'Time Limit (Minutes)',
		name: 'timeLimit',
		type: 'number',
		default: DEFAULT_TIME_LIMIT_MINUTES,
		typeOptions: { minValue: 0 },
		description: 'How long to wait for each run; 0 waits without a limit',
	},
];

/** What comes out. */
const outputOptions: INodeProperties[] = [
	{
		displayName: 'Download Output Files',
		name: 'downloadFiles',
		type: 'boolean',
		default: true,
		description:
			'Whether to download files among the outputs into binary data, under the name of the output',
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'simplified',
		description: 'How a run is returned. One that is not finished is always one item.',
		options: [
			{
				name: 'One Item per Output',
				value: 'itemPerValue',
				description:
					"With the last value and the list of all; one item per value where 'Output Values' is All Values",
			},
			{
				name: 'Outputs Only',
				value: 'outputsOnly',
				description:
					"The agent's outputs as the fields of the item; a run that did not complete is returned simplified",
			},
			{
				name: 'Raw',
				value: 'raw',
				description: 'The run as AutoGPT returns it, with every block execution',
			},
			{
				name: 'Selected Fields',
				value: 'selected',
				description: "The ID and the fields chosen in 'Fields'",
			},
			{
				name: 'Simplified',
				value: 'simplified',
				description: 'Status, outputs by name, failed blocks, cost and link',
			},
		],
	},
	{
		displayName: 'Fields',
		name: 'selectedFields',
		type: 'multiOptions',
		default: ['outputs', 'status'],
		description:
			"Fields of the run to return, where 'Output' is Selected Fields. The ID is always there.",
		options: [...new Set(KNOWN_RUN_FIELDS)]
			.filter((name) => name !== 'id')
			.sort()
			.map((name) => ({ name: titled(name), value: name })),
	},
];

/** Options of starting. */
const startOptions: INodeProperties[] = [
	{
		displayName: 'Idempotency Key',
		name: 'idempotencyKey',
		type: 'string',
		default: '',
		placeholder: 'e.g. order-2041',
		description:
			'AutoGPT starts one run at most for a key within 24 hours. Empty: safe within the execution; to be safe across executions, give each item its own.',
	},
	{
		displayName: 'Concurrent Starts',
		name: 'startsAtOnce',
		type: 'number',
		default: DEFAULT_CONCURRENT_STARTS,
		typeOptions: { minValue: 1, maxValue: MAX_CONCURRENT_STARTS },
		description: 'How many runs are started at the same time',
	},
];

function optionsField(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

const commonOptions = [...waitOptions, ...outputOptions, ...promotedOptions, expectedOutputsText];
const resultOptions = [...commonOptions, expectedOutputRows];
const startedOptions = [...startOptions, ...commonOptions, expectedOutputChoices];

export const startOptionsField = optionsField(startOptions);
/** Options of an operation that reads runs which were started before. */
export const readRunOptionsField = optionsField([runGraphOption]);
/** What the operations ask that wait for runs. */
export const waitFields = [...promotedFields, optionsField(resultOptions)];
/** The same where runs are named that were started before. */
export const waitForRunFields = [
	...promotedFields,
	optionsField([...resultOptions, runGraphOption]),
];
/** What the operations ask that start runs and wait for them. */
export const runAndWaitFields = [...promotedFields, optionsField(startedOptions)];
/** The same for an agent that is one block. */
export const runBlockFields = [
	...promotedFields,
	optionsField(
		startedOptions.map((option) =>
			option.name === 'failOn'
				? {
						...option,
						default: BLOCK_FAIL_ON,
						description:
							'Which outcomes count as a failure of the item. A failed block does, since the block is all there is.',
					}
				: option,
		),
	),
];
export { outputValues as outputValuesField };
