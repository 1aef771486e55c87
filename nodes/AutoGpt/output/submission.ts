/** What Simplify keeps of a submission. */
export const SIMPLE_SUBMISSION = [
	'listing_version_id',
	'listing_id',
	'listing_version',
	'graph_id',
	'graph_version',
	'slug',
	'name',
	'submission_status',
	'submission_review_comments',
	'submitted_at',
] as const;
