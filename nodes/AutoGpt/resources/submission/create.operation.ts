import { responseFields } from '../../../../client/contract/responseFields';
import { graphField } from '../../fields/graph';
import { graphVersionFields } from '../../fields/graphVersion';
import { simplified, simplifyField } from '../../framework/simplify';
import { wholeNumber } from '../../fields/values';
import type { ItemOperation } from '../../framework/operation';
import {
	additionalListingFields,
	changesSummaryOf,
	listingFieldsOfSubmission,
	listingOf,
} from './listing';
import { SIMPLE_SUBMISSION } from '../../output/submission';

export const create: ItemOperation = {
	name: 'Create',
	value: 'create',
	action: 'Create submission',
	description: "Submit a graph of yours to the marketplace, where AutoGPT's staff looks at it",
	notice: "AutoGPT's staff reads the graph, and publishes it if they approve",
	fields: [
		graphField,
		...graphVersionFields({
			displayName: 'Graph Version',
			name: 'graphVersion',
			description: 'Version of the graph that is submitted; it cannot be changed later',
			required: true,
			of: 'Graph',
		}),
		{
			displayName: 'Slug',
			name: 'slug',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. brief-writer',
			description: 'Name of the agent in the address of its page',
		},
		...listingFieldsOfSubmission,
		simplifyField,
		additionalListingFields,
	],
	rawFields: responseFields.createSubmission,
	perItem: async (item) => {
		const changes_summary = changesSummaryOf(item);
		const body = {
			graph_id: item.requiredText('graphId', 'Graph'),
			graph_version: wholeNumber(
				item,
				item.requiredText('graphVersion', 'Graph Version'),
				'Graph Version',
			),
			slug: item.requiredText('slug', 'Slug'),
			...listingOf(item),
			...(changes_summary === undefined ? {} : { changes_summary }),
		};
		const submission = await item.client.call('createSubmission', { body });
		return simplified(item, submission, SIMPLE_SUBMISSION);
	},
};
