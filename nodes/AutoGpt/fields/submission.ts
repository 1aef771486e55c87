import type { INodeProperties } from 'n8n-workflow';

import { locatorField } from '../../shared/locator';

/** Names one submission to the marketplace, by the ID of its listing version. */
export const submissionField: INodeProperties = locatorField({
	displayName: 'Submission',
	name: 'submissionId',
	description: 'The submission to the marketplace to work with',
	search: 'searchSubmissions',
	thing: 'a submission',
	example: 'c2a7f1d4-6b38-4e95-8f0a-93d5e1b7042c',
	hint: 'Submissions return it as listing_version_id',
});
