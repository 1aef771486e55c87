import type { INodeProperties } from 'n8n-workflow';

/** Names one schedule. */
export const scheduleField: INodeProperties = {
	displayName: 'Schedule',
	name: 'scheduleId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The schedule to work with',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a schedule…',
			typeOptions: { searchListMethod: 'searchSchedules', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 9a4e7c30-1f6b-4d82-b5c7-0e3d9f218a64',
			hint: 'Create and Get Many return it as id',
		},
	],
};
