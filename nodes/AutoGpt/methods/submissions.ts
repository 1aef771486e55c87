import { listSearch } from '../../shared/rows';

/** Fills the list of the account's own submissions to the marketplace. */
export const searchSubmissions = listSearch(
	'listSubmissions',
	({ name, listing_version, listing_version_id, submission_status }) => ({
		name: `${name}, version ${listing_version}, ${submission_status.toLowerCase()}`,
		value: listing_version_id,
	}),
);
