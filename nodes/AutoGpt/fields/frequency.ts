import { cronIssue, tidyCron, weekdaysByName } from '../../../client/schedules/cron';
import { listOf } from '../../shared/choices';

/** Days of the week as a schedule takes them: older servers read numbers as the day after. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Hours that divide a day, so that the runs keep their distance past midnight. */
export const EVERY_HOURS = [2, 3, 4, 6, 8, 12];

/** Frequencies by their values; `M` and `H` stand for the minute and hour of the field Time. */
const FREQUENCIES: Record<string, string> = {
	everyHour: 'M * * * *',
	everyFewHours: 'M HH * * *',
	everyDay: 'M H * * *',
	everyWeekday: 'M H * * mon-fri',
	everyMonday: 'M H * * mon',
	onDays: 'M H * * DAYS',
	everyMonth: 'M H 1 * *',
};

/** What the fields for a schedule's times hold. */
export interface WhenFields {
	rhythm: string;
	time: string;
	/** Days of the week, as n8n or an expression gives them. */
	days: unknown;
	hours: unknown;
	cron: string;
}

/** Why the fields cannot be used, and what to do. */
export interface WhenIssue {
	issue: string;
	advice: string;
}

const FILL_IN = 'or check that its expression returns a value for this item.';

function readDays(given: unknown): string[] | WhenIssue {
	const days = listOf(given).map((day) => ({ day, name: day.toLowerCase().slice(0, 3) }));
	if (days.length === 0) return { issue: "'Days' is empty", advice: `Choose days, ${FILL_IN}` };
	const unknown = days.find(({ name }) => !DAYS.includes(name));
	if (unknown) {
		const advice = `An expression may return a list or text of these: ${DAYS.join(', ')}.`;
		return { issue: `'Days' has '${unknown.day}', which is no day of the week`, advice };
	}
	return DAYS.filter((day) => days.some(({ name }) => name === day));
}

function readHours(given: unknown): number | WhenIssue {
	const hours = typeof given === 'boolean' || given === '' || given === null ? NaN : Number(given);
	if (EVERY_HOURS.includes(hours)) return hours;
	return {
		issue: `'Hours Between Runs' is '${String(given ?? '')}'`,
		advice: `It must be one of ${EVERY_HOURS.join(', ')}: other numbers do not divide a day. Every hour is a frequency of its own, and 'Custom' takes a cron expression.`,
	};
}

/** The hours of the day, from the one in the field Time on and before it. */
function hoursOfDay(hour: number, step: number): string {
	const first = hour % step;
	return Array.from({ length: 24 / step }, (_, index) => first + index * step).join(',');
}

function customCron(given: string): string | WhenIssue {
	const cron = tidyCron(given);
	const advice = "For example, '30 8 * * mon-fri' is every weekday at half past eight.";
	if (cron === '') {
		return { issue: "'Cron Expression' is empty", advice: `Fill in 'Cron Expression', ${FILL_IN}` };
	}
	const issue = cronIssue(cron);
	if (issue) return { issue: `'Cron Expression' cannot be used: ${issue}`, advice };
	return weekdaysByName(cron);
}

/** The cron expression that the fields of a schedule ask for, as AutoGPT takes it. */
export function cronOf(fields: WhenFields): string | WhenIssue {
	const { rhythm, time } = fields;
	if (rhythm === 'custom') return customCron(fields.cron);
	const pattern = FREQUENCIES[rhythm];
	if (pattern === undefined) {
		return {
			issue: `'Frequency' is '${rhythm}'`,
			advice: `It must be custom or one of: ${Object.keys(FREQUENCIES).join(', ')}.`,
		};
	}
	if (time === '') return { issue: "'Time' is empty", advice: `Fill in 'Time', ${FILL_IN}` };
	const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)(?::00)?$/.exec(time) ?? [];
	if (hour === undefined) {
		return { issue: `'Time' is '${time}'`, advice: 'Enter hour and minute, such as 09:00.' };
	}
	let cron = pattern.replace('M', String(Number(minute)));
	if (pattern.includes('DAYS')) {
		const days = readDays(fields.days);
		if (!Array.isArray(days)) return days;
		cron = cron.replace('DAYS', days.length === DAYS.length ? '*' : days.join(','));
	}
	if (pattern.includes('HH')) {
		const step = readHours(fields.hours);
		if (typeof step !== 'number') return step;
		return cron.replace('HH', hoursOfDay(Number(hour), step));
	}
	return cron.replace('H', String(Number(hour)));
}
