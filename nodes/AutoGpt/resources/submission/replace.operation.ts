import { responseFields } from '../../../../client/contract/responseFields';
import { simplified, simplifyField } from '../../framework/simplify';
import { submissionField } from '../../fields/submission';
import type { ItemOperation } from '../../framework/operation';
import {
	additionalListingFields,
	changesSummaryOf,
	listingFieldsOfSubmission,
	listingOf,
} from './listing';
import { SIMPLE_SUBMISSION } from '../../output/submission';

export const replace: ItemOperation = {
	name: 'Replace',
	value: 'replace',
	action: 'Replace submission',
	description:
		'Replace the whole listing of a pending submission: additional fields that are left out become empty',
	notice: "AutoGPT's staff reads the graph, and publishes it if they approve",
	fields: [submissionField, ...listingFieldsOfSubmission, simplifyField, additionalListingFields],
	rawFields: responseFields.updateSubmission,
	perItem: async (item) => {
		const version_id = item.requiredText('submissionId', 'Submission');
		const body = { ...listingOf(item), changes_summary: changesSummaryOf(item) ?? null };
		const submission = await item.client.call('updateSubmission', { path: { version_id }, body });
		return simplified(item, submission, SIMPLE_SUBMISSION);
	},
};
