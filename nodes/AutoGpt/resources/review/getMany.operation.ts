import type { INodeProperties } from 'n8n-workflow';

import { responseFields } from '../../../../client/contract/responseFields';
import { readReviews } from '../../../../client/runs/reviews';
import { withReviewId } from '../../../shared/reviewOutput';
import { listingFields, wantedRows } from '../../fields/listing';
import { runField } from '../../fields/run';
import { simplified, simplifyField } from '../../framework/simplify';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { choiceIn } from '../../fields/values';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

const STATUSES = ['APPROVED', 'REJECTED', 'WAITING'] as const;

const SIMPLE_REVIEW = [
	'review_id',
	'node_exec_id',
	'run_id',
	'graph_id',
	'status',
	'instructions',
	'payload',
	'editable',
	'requested_at',
	'reviewed_at',
	'reviewer_comment',
] as const;

/** Without the filter by status, reviews of all times are returned. */
const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		{ ...runField, required: false, description: 'Return the reviews of this run only' },
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			default: 'WAITING',
			description: 'Return reviews in this status only',
			options: [
				{ name: 'Approved', value: 'APPROVED' },
				{ name: 'Rejected', value: 'REJECTED' },
				{ name: 'Waiting', value: 'WAITING' },
			],
		},
	],
};

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many reviews',
	description:
		'Retrieve the questions that runs ask people, oldest first. A limit keeps the oldest of those that wait or of one run, else the newest.',
	fields: [
		...listingFields,
		simplifyField,
		onlyInVersion1(filters),
		since1_1({ ...filters, default: { status: 'WAITING' } }),
	],
	rawFields: ['review_id', ...responseFields.listReviews],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const filters = item.narrowing('filters');
		const runId = filters.runId === undefined ? '' : item.requiredText('filters.runId', 'Run');
		const status = choiceIn(item, filters, 'status', 'Status', STATUSES);
		const query = { ...(runId ? { run_id: runId } : {}), ...(status ? { status } : {}) };
		const reviews = await readReviews(item.client, query, wantedRows(item));
		return reviews.map((review) => simplified(item, withReviewId(review), SIMPLE_REVIEW));
	},
};
