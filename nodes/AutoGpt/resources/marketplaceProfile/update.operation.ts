import type { IDataObject } from 'n8n-workflow';

import { whole } from '../../framework/simplify';
import { defined, flagIn, listOf, requireChange, textIn } from '../../fields/values';
import type { ItemOperation } from '../../framework/operation';

/** Text of a field that an empty text clears; undefined when the field was not added. */
function clearableText(fields: IDataObject, name: string): string | undefined {
	const value = fields[name];
	return typeof value === 'string' && value.trim() === '' ? '' : textIn(fields, name);
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
				{
					displayName: 'Links',
					name: 'links',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://example.com, https://example.org',
					description: 'All links of the profile, separated by commas. Empty removes them.',
				},
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
			links: fields.links === undefined ? undefined : listOf(fields.links),
			avatar_url: removesAvatar ? null : textIn(fields, 'avatarUrl'),
		});
		requireChange(item, body);
		return whole(await item.client.call('updateMarketplaceProfile', { body }));
	},
};
