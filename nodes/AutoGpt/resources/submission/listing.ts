import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { isObject } from '../../../../client/util/json';
import { categoryField } from '../../fields/category';

import { textIn } from '../../fields/values';
import { atAddresses, entriesIn, listField } from '../../fields/lists';
import { onlyInVersion1, since1_1 } from '../../framework/version';
import type { Item } from '../../framework/item';

/** What every listing has. */
export const listingFieldsOfSubmission: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		description: 'Title of the agent in the marketplace',
		required: true,
		placeholder: 'e.g. Brief writer',
	},
	{
		displayName: 'Subheading',
		name: 'subHeading',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Short and dry',
		description: 'One line below the name',
	},
	{
		displayName: 'Description',
		name: 'description',
		type: 'string',
		default: '',
		description: 'What the agent does, as the marketplace shows it',
		required: true,
		typeOptions: { rows: 4 },
		placeholder: 'e.g. Turns a topic into a brief of one page',
	},
];

/** What a listing may have beside that; sorted by name. */
export const additionalListingFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [
		onlyInVersion1({
			displayName: 'Categories',
			name: 'categories',
			type: 'string',
			default: '',
			placeholder: 'e.g. writing, research',
			description: 'Categories, separated by commas',
		}),
		since1_1({
			displayName: 'Categories',
			name: 'categories',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Category',
			default: {},
			description: 'Categories of the marketplace to list the agent in',
			options: [
				{
					displayName: 'Category',
					name: 'category',
					values: [categoryField('A category of the marketplace', true)],
				},
			],
		}),
		{
			displayName: 'Changes Summary',
			name: 'changesSummary',
			type: 'string',
			default: '',
			placeholder: 'e.g. Shorter briefs',
			description: 'What is new in this version',
		},
		onlyInVersion1({
			displayName: 'Image URLs',
			name: 'imageUrls',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/cover.png',
			description: 'Addresses of pictures as Upload Media returns them, separated by commas',
		}),
		since1_1(
			listField({
				displayName: 'Image URLs',
				name: 'imageUrls',
				placeholder: 'e.g. https://example.com/cover.png',
				addRow: 'Add Image URL',
				description: 'Addresses of pictures as Upload Media returns them',
			}),
		),
		{
			displayName: 'Instructions',
			name: 'instructions',
			type: 'string',
			default: '',
			typeOptions: { rows: 4 },
			placeholder: 'e.g. Give the topic in one sentence',
			description: 'How to use the agent',
		},
		{
			displayName: 'Output Demo URL',
			name: 'outputDemoUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/brief.pdf',
			description: 'Address of something that the agent made',
		},
		{
			displayName: 'Recommended Schedule',
			name: 'recommendedSchedule',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0 8 * * mon-fri',
			description: 'When users should let the agent run, as five cron fields',
		},
		{
			displayName: 'Video URL',
			name: 'videoUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/demo.mp4',
			description: 'Address of a video that shows the agent at work',
		},
	],
};

/** The categories, each picked or by its name; none where they were not added. */
function categoriesOf(item: Item, fields: IDataObject): string[] {
	const { categories } = fields;
	// Saved nodes have them as text with commas.
	if (!isObject(categories)) return entriesIn(item, fields, 'categories', 'Categories') ?? [];
	const rows = Array.isArray(categories.category) ? categories.category : [];
	const picked = rows.map((_, index) =>
		item.value(`additionalFields.categories.category[${index}].category`, ''),
	);
	return entriesIn(item, { categories: picked }, 'categories', 'Categories') ?? [];
}

/** The listing that an item describes; what is left out is empty in the marketplace. */
export function listingOf(item: Item) {
	const fields = item.collection('additionalFields');
	return {
		name: item.requiredText('name', 'Name'),
		sub_heading: item.requiredText('subHeading', 'Subheading'),
		description: item.requiredText('description', 'Description'),
		categories: categoriesOf(item, fields),
		image_urls: entriesIn(item, fields, 'imageUrls', 'Image URLs', atAddresses) ?? [],
		video_url: textIn(fields, 'videoUrl') ?? null,
		agent_output_demo_url: textIn(fields, 'outputDemoUrl') ?? null,
		instructions: textIn(fields, 'instructions') ?? null,
		recommended_schedule_cron: textIn(fields, 'recommendedSchedule') ?? null,
	};
}

/** What the item says about changes; undefined when it says nothing. */
export function changesSummaryOf(item: Item): string | undefined {
	return textIn(item.collection('additionalFields'), 'changesSummary');
}
