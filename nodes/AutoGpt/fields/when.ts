import type { INodeProperties } from 'n8n-workflow';

import { timezoneNamed } from '../../../client/schedules/timezones';
import type { Item } from '../framework/item';
import { cronOf, DAYS, EVERY_HOURS } from './frequency';

const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** When a schedule starts its runs. */
export const whenFields: INodeProperties[] = [
	{
		displayName: 'Frequency',
		name: 'rhythm',
		type: 'options',
		default: 'everyWeekday',
		description: 'How often the agent runs',
		options: [
			{
				name: 'Custom',
				value: 'custom',
				description: 'By a cron expression',
			},
			{ name: 'Every Day', value: 'everyDay' },
			{
				name: 'Every Few Hours',
				value: 'everyFewHours',
				description: 'Every 2, 3, 4, 6, 8 or 12 hours, day and night',
			},
			{ name: 'Every Hour', value: 'everyHour', description: 'At the minutes of the time' },
			{ name: 'Every Monday', value: 'everyMonday' },
			{ name: 'Every Month', value: 'everyMonth', description: 'On the first day' },
			{ name: 'Every Weekday', value: 'everyWeekday', description: 'From Monday to Friday' },
			{
				name: 'On Certain Days',
				value: 'onDays',
				description: 'Every week on one or several days',
			},
		],
	},
	{
		displayName: 'Days',
		name: 'days',
		type: 'multiOptions',
		default: ['mon'],
		required: true,
		description: 'Days of the week on which the agent runs',
		displayOptions: { show: { rhythm: ['onDays'] } },
		options: DAYS.map((value, index) => ({ name: DAY_NAMES[index] ?? value, value })),
	},
	{
		displayName: 'Hours Between Runs',
		name: 'hours',
		type: 'options',
		default: 4,
		required: true,
		description: 'How many hours lie between two runs',
		displayOptions: { show: { rhythm: ['everyFewHours'] } },
		options: EVERY_HOURS.map((value) => ({ name: String(value), value })),
	},
	{
		displayName: 'Time',
		name: 'time',
		type: 'string',
		default: '09:00',
		required: true,
		placeholder: 'e.g. 09:00',
		description:
			'Hour and minute of the day, in the timezone of the schedule; of several runs a day, the time of one',
		displayOptions: { hide: { rhythm: ['custom'] } },
	},
	{
		displayName: 'Cron Expression',
		name: 'cron',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 30 8 * * mon-fri',
		description:
			'Five fields: minute, hour, day of the month, month, day of the week. Neither seconds nor macros such as @daily.',
		displayOptions: { show: { rhythm: ['custom'] } },
	},
	{
		displayName: 'Timezone',
		name: 'timezone',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description: 'Empty for the timezone of the AutoGPT account, else UTC when it has none',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a timezone…',
				typeOptions: { searchListMethod: 'searchTimezones', searchable: true },
			},
			{
				displayName: 'By Name',
				name: 'name',
				type: 'string',
				placeholder: 'e.g. Europe/Berlin',
			},
		],
	},
	{
		displayName: 'When It Runs',
		name: 'meaning',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		description: 'What the fields above mean, with the next run. There is nothing to fill in.',
		typeOptions: {
			loadOptionsDependsOn: ['rhythm', 'days', 'hours', 'time', 'cron', 'timezone.value'],
			resourceMapper: {
				resourceMapperMethod: 'getScheduleMeaning',
				mode: 'map',
				valuesLabel: 'When It Runs',
				fieldWords: { singular: 'time', plural: 'times' },
				noFieldsError: 'No times found.',
				supportAutoMap: false,
				refreshStaleSchemaOnOpen: true,
			},
		},
	},
];

/** Text of a field that not every frequency shows. */
function shownText(item: Item, name: string): string {
	return String(item.valueIfShown(name, '') ?? '').trim();
}

/** The cron expression that an item asks for, checked before anything is sent. */
export function readCron(item: Item): string {
	const cron = cronOf({
		rhythm: item.text('rhythm'),
		time: shownText(item, 'time'),
		days: item.valueIfShown('days', ''),
		hours: item.valueIfShown('hours', ''),
		cron: shownText(item, 'cron'),
	});
	if (typeof cron === 'string') return cron;
	throw item.failure(cron.issue, cron.advice);
}

/** The timezone that an item asks for; undefined for the account's. */
export function readTimezone(item: Item): string | undefined {
	const name = item.text('timezone');
	if (name === '') return undefined;
	const zone = timezoneNamed(name);
	if (zone) return zone;
	throw item.failure(
		`There is no timezone '${name}'`,
		'Choose one from the list, or enter an IANA name such as Europe/Berlin.',
	);
}
