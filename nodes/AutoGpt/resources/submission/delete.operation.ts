import { submissionField } from '../../fields/submission';
import type { ItemOperation } from '../../framework/operation';

export const deleteSubmission: ItemOperation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete submission',
	description: 'Withdraw a submission; an approved one stays in the marketplace',
	notice: 'A withdrawn submission cannot be brought back',
	fields: [submissionField],
	perItem: async (item) => {
		const version_id = item.requiredText('submissionId', 'Submission');
		await item.client.call('deleteSubmission', { path: { version_id } });
		return { json: { deleted: true, id: version_id } };
	},
};
