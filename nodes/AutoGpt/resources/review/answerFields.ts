import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { reviewField } from '../../fields/review';
import { runField } from '../../fields/run';
import { waitFields } from '../../wait/optionFields';

/** What Answer asks for. */
export const answerFields: INodeProperties[] = [
	{
		...runField,
		required: false,
		description: 'The run that asks; leave empty to look it up by the review',
	},
	{ ...reviewField, description: 'The review to answer' },
	{
		displayName: 'Decision',
		name: 'decision',
		type: 'options',
		default: 'approve',
		description: 'How to answer. Rejecting does not make the run fail.',
		options: [
			{
				name: 'Approve',
				value: 'approve',
				description: "The data, edited or not, goes on by the agent's path for approved data",
			},
			{
				name: 'Reject',
				value: 'reject',
				description: "The data goes on by the agent's path for rejected data",
			},
		],
	},
	{
		displayName: 'If Reviews Are Left Over',
		name: 'ifLeftOver',
		type: 'options',
		default: 'fail',
		description:
			'AutoGPT takes the answers to all waiting reviews of a run together. What to do when a run waits for more than the items answer.',
		options: [
			{ name: 'Approve Them', value: 'approve', description: 'Approve the others unedited' },
			{
				name: 'Fail',
				value: 'fail',
				description: 'Answer nothing, and let the items of the run fail with a list of the others',
			},
			{
				name: 'Leave the Run Untouched',
				value: 'leave',
				description: 'Answer nothing, and put the items out with a list of the others',
			},
			{ name: 'Reject Them', value: 'reject', description: 'Reject the others' },
		],
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Approve Without Asking From Now On',
				name: 'autoApprove',
				type: 'boolean',
				default: false,
				description:
					'Whether this block of the agent asks no more in this run. Counts when approving, and not together with edited data.',
			},
			{
				displayName: 'Edited Data',
				name: 'editedData',
				type: 'json',
				default: '',
				placeholder: 'e.g. {"title": "A better title"}',
				description:
					'Data that goes on instead of what the review shows, as JSON. For a review that shows a text, the new text, which needs no quotes.',
			},
			{
				displayName: 'Message',
				name: 'message',
				type: 'string',
				typeOptions: { rows: 2 },
				default: '',
				placeholder: 'e.g. Looks good to me',
				description: 'Comment for the run, up to 2,000 characters',
			},
		],
	},
	{
		displayName: 'Wait for Run',
		name: 'waitForRun',
		type: 'boolean',
		default: false,
		description: 'Whether to wait for the run after the answer, and put it out with its outputs',
	},
	...updateDisplayOptions({ show: { waitForRun: [true] } }, waitFields),
];
