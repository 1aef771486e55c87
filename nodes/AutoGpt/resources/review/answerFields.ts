import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { reviewField } from '../../fields/review';
import { runField } from '../../fields/run';
import { EDIT_SWITCH } from './editForm';
import { waitFields } from '../../wait/optionFields';

const FOR_ALL = { displayOptions: { show: { answerFor: ['run'] } } };
const FOR_ONE = { displayOptions: { show: { answerFor: ['review'] } } };

/** What Answer asks for. */
export const answerFields: INodeProperties[] = [
	{
		displayName: 'Answer',
		name: 'answerFor',
		type: 'options',
		default: 'review',
		description: 'What one item answers',
		options: [
			{
				name: 'All Reviews of a Run',
				value: 'run',
				description: 'One decision for all that the run asks now; returns an item for each review',
			},
			{
				name: 'One Review',
				value: 'review',
				description: 'For a decision of its own on each review; items of one run are sent together',
			},
		],
	},
	{ ...runField, description: 'The run whose reviews to answer', ...FOR_ALL },
	{
		...runField,
		required: false,
		description: "The run that asks. Where it is empty, 'Review' tells it.",
		hint: "May be left empty. With a run, the list of 'Review' has the reviews of that run only.",
		...FOR_ONE,
	},
	{ ...reviewField, description: 'The review to answer', ...FOR_ONE },
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
		displayName: EDIT_SWITCH,
		name: 'editInForm',
		type: 'boolean',
		default: false,
		description:
			"Whether other data goes on than the review shows, entered in a form. As JSON, use 'Edited Data' under 'Additional Fields'.",
		...FOR_ONE,
	},
	{
		displayName: 'Edits',
		name: 'editForm',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		description:
			'What is left empty goes on as the review shows it. An expression that returns nothing is refused.',
		displayOptions: { show: { answerFor: ['review'], editInForm: [true] } },
		// It depends on no field: n8n would empty it whenever an expression chose another review.
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getReviewData',
				mode: 'map',
				valuesLabel: 'Edits',
				fieldWords: { singular: 'field', plural: 'fields' },
				noFieldsError: 'No data found. Choose a review that waits.',
				supportAutoMap: false,
			},
		},
	},
	{
		displayName: 'Other Pending Reviews',
		name: 'ifLeftOver',
		type: 'options',
		...FOR_ONE,
		default: 'fail',
		description:
			'What to do with reviews of the run that no item answers: AutoGPT takes the answers to all of them together',
		options: [
			{ name: 'Approve Them', value: 'approve', description: 'Approve the others unedited' },
			{
				name: 'Fail',
				value: 'fail',
				description: 'Answer nothing, and fail the items of the run with a list of the others',
			},
			{
				name: 'Leave the Run Untouched',
				value: 'leave',
				description: 'Answer nothing, and return the items with a list of the others',
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
				displayName: 'Auto-Approve This Block',
				name: 'autoApprove',
				type: 'boolean',
				default: true,
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
					'Data that goes on instead of what the review shows, as JSON: texts in double quotes. An expression that returns nothing is refused.',
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
		description: 'Whether to wait for the run after the answer, and return it with its outputs',
	},
	...updateDisplayOptions({ show: { waitForRun: [true] } }, waitFields),
];
