import { responseFields } from '../../../../client/contract/responseFields';
import type { IDataObject } from 'n8n-workflow';

import { acceptStatus, PlatformError } from '../../../../client/errors/platformError';
import { agentField } from '../../../shared/agentField';
import { SIMPLE_AGENT } from '../../output/agent';
import { destinationField, destinationOf } from '../../fields/folder';
import { graphVersionFields, versionIn } from '../../fields/graphVersion';
import { simplified, simplifyField } from '../../framework/simplify';
import { defined, flagIn, requireChange } from '../../fields/values';
import { onlyInVersion1 } from '../../framework/version';
import type { Item } from '../../framework/item';
import type { ItemOperation } from '../../framework/operation';

/** The folder to move into; `` means the root, undefined that the agent stays where it is. */
function folderOf(item: Item, fields: IDataObject): string | undefined {
	const toRoot = flagIn(item, fields, 'moveToRoot', 'Move to Root') === true;
	if (fields.folderId === undefined) return toRoot ? '' : undefined;
	if (toRoot) {
		throw item.failure(
			"'Folder' and 'Move to Root' exclude each other",
			'Remove one of the two fields.',
		);
	}
	return destinationOf(item, 'updateFields.folderId', 'Folder') ?? '';
}

function notToRoot(item: Item, outcome: string) {
	return item.failure(
		'AutoGPT left the agent in its folder',
		`${outcome} This AutoGPT server cannot move an agent to the root. Take the move away, and move the agent in the web app.`.trim(),
	);
}

export const update: ItemOperation = {
	name: 'Update',
	value: 'update',
	action: 'Update agent',
	description: 'Change how an agent is kept in your library, and which version of it runs',
	fields: [
		agentField,
		simplifyField,
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Archived',
					name: 'isArchived',
					type: 'boolean',
					default: true,
					description: 'Whether the agent is put away; lists may leave it out then',
				},
				{
					displayName: 'Auto Update',
					name: 'autoUpdateVersion',
					type: 'boolean',
					default: true,
					description: 'Whether the agent follows new versions of its graph',
				},
				{
					displayName: 'Favorite',
					name: 'isFavorite',
					type: 'boolean',
					default: true,
					description: 'Whether the agent is among your favorites',
				},
				destinationField('Folder', 'folderId', 'Where to move the agent'),
				...graphVersionFields({
					displayName: 'Graph Version',
					name: 'graphVersion',
					description: 'Version of the graph that runs of this agent use from now on',
					of: 'Agent',
				}),
				onlyInVersion1({
					displayName: 'Move to Root',
					name: 'moveToRoot',
					type: 'boolean',
					default: true,
					description: 'Whether to take the agent out of its folder',
				}),
			],
		},
	],
	rawFields: responseFields.updateLibraryAgent,
	perItem: async (item) => {
		const agent_id = item.requiredText('agentId', 'Agent');
		const fields = item.collection('updateFields');
		const body = defined({
			auto_update_version: flagIn(item, fields, 'autoUpdateVersion', 'Auto Update'),
			graph_version: versionIn(item, fields, 'updateFields.graphVersion', 'Graph Version'),
			is_archived: flagIn(item, fields, 'isArchived', 'Archived'),
			is_favorite: flagIn(item, fields, 'isFavorite', 'Favorite'),
			folder_id: folderOf(item, fields),
		});
		requireChange(item, body);
		const agent = await item.client
			.call('updateLibraryAgent', { path: { agent_id }, body })
			.catch(acceptStatus(404));
		if (agent instanceof PlatformError) {
			if (body.folder_id !== '') throw agent;
			// It is the agent that is unknown, or else the folder with the empty ID.
			await item.client.call('getLibraryAgent', { path: { agent_id } });
			throw notToRoot(item, 'Nothing was changed.');
		}
		// Servers differ in whether an empty folder ID moves an agent.
		if (body.folder_id === '' && agent.folder_id) throw notToRoot(item, '');
		return simplified(item, agent, SIMPLE_AGENT);
	},
};
