import type { INodeProperties } from 'n8n-workflow';

import {
	BLOCK_FAIL_ON,
	DEFAULT_LONGEST_INTERVAL_SECONDS,
	DEFAULT_STARTS_AT_ONCE,
	DEFAULT_TIME_LIMIT_MINUTES,
	MOST_STARTS_AT_ONCE,
} from './settings';

/** How the waiting goes. */
const waitOptions: INodeProperties[] = [
	{
		displayName: 'Expected Outputs',
		name: 'expectedOutputs',
		type: 'string',
		default: '',
		placeholder: 'e.g. summary, sources',
		description:
			"Names of outputs that the run must give, separated by commas. Used by 'Completed Without an Expected Output' in Fail On; empty means all outputs that the agent declares.",
	},
	{
		displayName: 'Fail On',
		name: 'failOn',
		type: 'multiOptions',
		default: ['failed', 'stopped'],
		description: 'Which ends of a run make its item fail',
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
			{ name: 'Failed', value: 'failed', description: 'AutoGPT gave up on the run' },
			{ name: 'Stopped', value: 'stopped', description: 'Someone or something stopped the run' },
		],
	},
	{
		displayName: 'Longest Polling Interval (Seconds)',
		name: 'longestInterval',
		type: 'number',
		default: DEFAULT_LONGEST_INTERVAL_SECONDS,
		typeOptions: { minValue: 0.5, numberPrecision: 1 },
		description:
			'The node looks after its runs often at first and then less and less often, up to this pause. One look covers a hundred runs.',
	},
	{
		displayName: 'On Review',
		name: 'onReview',
		type: 'options',
		default: 'return',
		description: 'What to do when a run asks a person and waits for the answer',
		options: [
			{
				name: 'Put Out the Run With Its Reviews',
				value: 'return',
				description: 'The run goes on waiting in AutoGPT; answer it with Review > Answer',
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
				name: 'Put Out the Run as It Is',
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
		displayName: 'Stop Runs on Cancel',
		name: 'stopRunsOnCancel',
		type: 'boolean',
		default: false,
		description:
			'Whether pressing Stop in n8n also stops the runs that AutoGPT has confirmed. A start without an answer at that moment goes on.',
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
		default: false,
		description:
			'Whether to download files among the outputs into binary data, under the name of the output',
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'simplified',
		options: [
			{
				name: 'One Item per Output Value',
				value: 'itemPerValue',
				description: 'A run that is not finished is one item',
			},
			{
				name: 'Raw',
				value: 'raw',
				description: 'The run as AutoGPT gives it, with every block execution',
			},
			{
				name: 'Simplified',
				value: 'simplified',
				description: 'Status, outputs, failed blocks, cost and duration',
			},
		],
	},
	{
		displayName: 'Output Values',
		name: 'outputValues',
		type: 'options',
		default: 'last',
		description: 'An agent may give the same output several times; which of the values to put out',
		options: [
			{ name: 'All Values', value: 'all', description: 'A list for each output' },
			{ name: 'Last Value', value: 'last' },
		],
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
			'Within 24 hours AutoGPT starts one run at most for each key. Leave empty for a key that stays the same when n8n repeats this item within the execution. Set one, such as an order number, to be safe across executions, too; it must differ for each item, and stays with its agent and inputs.',
	},
	{
		displayName: 'Starts at Once',
		name: 'startsAtOnce',
		type: 'number',
		default: DEFAULT_STARTS_AT_ONCE,
		typeOptions: { minValue: 1, maxValue: MOST_STARTS_AT_ONCE },
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

export const startOptionsField = optionsField(startOptions);
export const waitOptionsField = optionsField([...waitOptions, ...outputOptions]);
export const runAndWaitOptionsField = optionsField([
	...startOptions,
	...waitOptions,
	...outputOptions,
]);

export const runBlockOptionsField = optionsField(
	[...startOptions, ...waitOptions, ...outputOptions].map((option) =>
		option.name === 'failOn' ? { ...option, default: BLOCK_FAIL_ON } : option,
	),
);
