import { blockTitle } from '../../../../client/agents/blocks';
import { responseFields } from '../../../../client/contract/responseFields';
import type { Block } from '../../../../client/contract/types';
import { readList } from '../../../../client/http/pages';
import { blockOutput } from '../../output/block';
import { listingFields, wantedRows } from '../../fields/listing';
import { simplifyField } from '../../framework/simplify';
import { namedIn, textIn } from '../../fields/values';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import { locatorField } from '../../../shared/locator';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';

/** Whether a block's name has a text, be it as AutoGPT stores it or as people see it. */
function isNamed(block: Block, text: string): boolean {
	return [block.name, blockTitle(block)].some((name) => name.toLowerCase().includes(text));
}

export const getMany: ItemOperation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many blocks',
	description: 'Retrieve the blocks that graphs can be made of',
	fields: [
		...listingFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				onlyInVersion1({
					displayName: 'Category',
					name: 'category',
					type: 'string',
					default: '',
					placeholder: 'e.g. TEXT',
					description: 'Return blocks of this category only',
				}),
				since1_1(
					locatorField({
						displayName: 'Category',
						name: 'category',
						description: 'Return blocks of this category only',
						search: 'searchBlockCategories',
						thing: 'a category',
						example: 'TEXT',
						by: 'Name',
						required: false,
					}),
				),
				{
					displayName: 'Name Contains',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. template',
					description: 'Text that the name must contain, in upper or lower case',
				},
			],
		},
	],
	rawFields: responseFields.listBlocks,
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const filters = item.narrowing('filters');
		const name = textIn(filters, 'name')?.toLowerCase();
		const category = namedIn(item, filters, 'filters.category', 'Category')?.toUpperCase();
		// AutoGPT cannot filter blocks: the whole list is read and the rest left out.
		const blocks = await readList(
			item.client,
			'listBlocks',
			{},
			wantedRows(item),
			name === undefined && category === undefined
				? undefined
				: (block) =>
						isNamed(block, name ?? '') &&
						(category === undefined ||
							block.categories.some((one) => one.category.toUpperCase() === category)),
		);
		return blocks.map((block) => blockOutput(item, block));
	},
};
