/** What Simplify keeps of a marketplace listing in full. */
export const SIMPLE_LISTING = [
	'store_listing_version_id',
	'slug',
	'name',
	'creator',
	'sub_heading',
	'description',
	'categories',
	'runs',
	'rating',
	'graph_id',
] as const;
