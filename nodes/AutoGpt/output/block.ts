/** What Simplify keeps of a block. */
export const SIMPLE_BLOCK = [
	'id',
	'name',
	'description',
	'categories',
	'block_type',
	'costs',
] as const;
