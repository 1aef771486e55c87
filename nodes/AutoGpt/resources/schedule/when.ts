import type { INodeProperties } from 'n8n-workflow';

import { cronIssue, tidyCron, weekdaysByName } from '../../../../client/schedules/cron';
import { timezoneNamed } from '../../../../client/schedules/timezones';
import type { Item } from '../../framework/item';

/** Frequencies by their values; `M` and `H` stand for the minute and hour of the field Time. */
const FREQUENCIES: Record<string, string> = {
	everyHour: 'M * * * *',
	everyDay: 'M H * * *',
	// Older servers take numbers for the day after, so days are written as names.
	everyWeekday: 'M H * * mon-fri',
	everyMonday: 'M H * * mon',
	everyMonth: 'M H 1 * *',
};

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
			{ name: 'Every Hour', value: 'everyHour', description: 'At the minutes of the time' },
			{ name: 'Every Monday', value: 'everyMonday' },
			{ name: 'Every Month', value: 'everyMonth', description: 'On the first day' },
			{ name: 'Every Weekday', value: 'everyWeekday', description: 'From Monday to Friday' },
		],
	},
	{
		displayName: 'Time',
		name: 'time',
		type: 'string',
		default: '09:00',
		required: true,
		placeholder: 'e.g. 09:00',
		description: 'Hour and minute of the day, in the timezone of the schedule',
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
];

/** The cron expression that an item asks for, checked before anything is sent. */
export function readCron(item: Item): string {
	const rhythm = item.text('rhythm');
	if (rhythm === 'custom') {
		const cron = tidyCron(item.requiredText('cron', 'Cron Expression'));
		const issue = cronIssue(cron);
		if (!issue) return weekdaysByName(cron);
		throw item.failure(
			`'Cron Expression' cannot be used: ${issue}`,
			"For example, '30 8 * * mon-fri' is every weekday at half past eight.",
		);
	}
	const pattern = FREQUENCIES[rhythm];
	if (pattern === undefined) {
		throw item.failure(
			`'Frequency' is '${rhythm}'`,
			`It must be custom or one of: ${Object.keys(FREQUENCIES).join(', ')}.`,
		);
	}
	const time = item.requiredText('time', 'Time');
	const match = /^([01]?\d|2[0-3]):([0-5]\d)(?::00)?$/.exec(time);
	if (!match) throw item.failure(`'Time' is '${time}'`, 'Enter hour and minute, such as 09:00.');
	return pattern.replace('M', String(Number(match[2]))).replace('H', String(Number(match[1])));
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
