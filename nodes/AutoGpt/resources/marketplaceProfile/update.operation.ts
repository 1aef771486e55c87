import type { IDataObject } from 'n8n-workflow';

import { whole } from '../../framework/simplify';
import { atAddresses, entriesIn, listField } from '../../fields/lists';
import { defined, flagIn, requireChange, textIn } from '../../fields/values';
import type { Item } from '../../framework/item';
import type { ItemOperation } from '../../framework/operation';
import { onlyInVersion1, since1_1 } from '../../framework/version';

/** Text of a field that an empty text clears; undefined when the field was not added. */
function clearableText(fields: IDataObject, name: string): string | undefined {
	const value = fields[name];
	return typeof value === 'string' && value.trim() === '' ? '' : textIn(fields, name);
}

/** The links that the profile is to have; undefined where they stay. */
function linksOf(item: Item, fields: IDataObject): string[] | undefined {
	const links = entriesIn(item, fields, 'links', 'Links', atAddresses);
	const removesLinks = flagIn(item, fields, 'removeLinks', 'Remove Links') === true;
	if (!removesLinks) return links;
	if (links === undefined) return [];
	throw item.failure(
		"'Links' and 'Remove Links' exclude each other",
		"Remove one of the two: 'Links' alone replaces the links that there are.",
	);
}

export const update: ItemOperation = {
	name: 'Update',
	value: 'update',
	action: 'Update marketplace profile',
	description:
		'Change your own public profile. Where there is none, a username, a name and a description make one.',
	fields: [
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Avatar URL',
					name: 'avatarUrl',
					type: 'string',
					default: '',
					description: 'Address of the picture that the marketplace shows',
					placeholder: 'e.g. https://example.com/ada.png',
				},
				{
					displayName: 'Description',
					name: 'description',
					type: 'string',
					default: '',
					placeholder: 'e.g. Writes agents',
					description: 'What the profile says about you. Empty removes it.',
				},
				onlyInVersion1({
					displayName: 'Links',
					name: 'links',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://example.com, https://example.org',
					description: 'All links of the profile, separated by commas. Empty removes them.',
				}),
				since1_1(
					listField({
						displayName: 'Links',
						name: 'links',
						placeholder: 'e.g. https://example.com',
						addRow: 'Add Link',
						description: 'All links of the profile, which replace those that there are',
					}),
				),
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					description: 'Name that the marketplace shows',
					placeholder: 'e.g. Ada Lovelace',
				},
				{
					displayName: 'Remove Avatar',
					name: 'removeAvatar',
					type: 'boolean',
					default: true,
					description: 'Whether to remove the picture',
				},
				since1_1({
					displayName: 'Remove Links',
					name: 'removeLinks',
					type: 'boolean',
					default: true,
					description: 'Whether to remove all links',
				}),
				{
					displayName: 'Username',
					name: 'username',
					type: 'string',
					default: '',
					placeholder: 'e.g. ada',
					description: 'Name in the addresses of the profile and its agents',
				},
			],
		},
	],
	perItem: async (item) => {
		const fields = item.collection('updateFields');
		const removesAvatar = flagIn(item, fields, 'removeAvatar', 'Remove Avatar') === true;
		const body = defined({
			name: textIn(fields, 'name'),
			username: textIn(fields, 'username'),
			description: clearableText(fields, 'description'),
			links: linksOf(item, fields),
			avatar_url: removesAvatar ? null : textIn(fields, 'avatarUrl'),
		});
		requireChange(item, body);
		return whole(await item.client.call('updateMarketplaceProfile', { body }));
	},
};
