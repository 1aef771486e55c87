import type { INodeProperties } from 'n8n-workflow';

/** Names one review. */
export const reviewField: INodeProperties = {
	displayName: 'Review',
	name: 'reviewId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The review to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a review…',
			typeOptions: { searchListMethod: 'searchReviews', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0b9e6c1d-58f2-4a37-8d40-7c1f3e2a9b64',
			hint: 'Review > Get Many and the trigger return it as review_id',
		},
	],
};
