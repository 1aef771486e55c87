import type { INodeProperties } from 'n8n-workflow';

import { locatorField } from '../../shared/locator';

/** Names one submission to the marketplace, by the ID of its listing version. */
export const submissionField: INodeProperties = locatorField({
	displayName: 'Submission',
	name: 'submissionId',
	description: 'The submission to the marketplace to work with',
	search: 'searchSubmissions',
	thing: 'a submission',
	example: '44444444-0000-4000-8000-000000000001',
	hint: 'Submissions return it as listing_version_id',
});
