import type { Schedule } from '../contract/types';
import { cronIssue, cronValues, type CronValues } from './cron';
import { timezoneNamed } from './timezones';

/** Longer lists of times or days are easier read as the expression. */
const MOST_NAMED = 6;
const MINUTES = 60;
const HOURS = 24;
const DAYS = 7;
const LONGEST_MONTH = 31;
const MONTHS = 12;

const WEEKDAYS = [
	'Sundays',
	'Mondays',
	'Tuesdays',
	'Wednesdays',
	'Thursdays',
	'Fridays',
	'Saturdays',
];
const MONDAY_TO_FRIDAY = '1,2,3,4,5';

function listed(words: string[]): string {
	const last = words.at(-1) ?? '';
	return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${last}` : last;
}

function sorted(values: ReadonlySet<number>): number[] {
	return [...values].sort((a, b) => a - b);
}

function clock(hour: number, minute: number): string {
	return [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The step of values that fill a day or an hour evenly, such as 6 for 3, 9, 15 and 21 of 24. */
function evenStep(values: number[], all: number): number | undefined {
	const [first = 0] = values;
	const step = all / values.length;
	const isEven = Number.isInteger(step) && first < step;
	return isEven && values.every((value, index) => value === first + index * step)
		? step
		: undefined;
}

/** The times of a day: `at 09:00`; undefined for those that are not easily said. */
function timeWords({ minutes, hours }: CronValues): string | undefined {
	const [minute = 0, ...otherMinutes] = sorted(minutes);
	const byHour = sorted(hours);
	if (otherMinutes.length > 0) {
		const step = evenStep([minute, ...otherMinutes], MINUTES);
		if (minute !== 0 || step === undefined || byHour.length < HOURS) return undefined;
		return step === 1 ? 'every minute' : `every ${step} minutes`;
	}
	const [first = 0] = byHour;
	if (byHour.length === HOURS) return `every hour at minute ${minute}`;
	const step = evenStep(byHour, HOURS);
	if (step !== undefined && byHour.length > 1) {
		const last = byHour.at(-1) ?? first;
		return `every ${step} hours from ${clock(first, minute)} to ${clock(last, minute)}`;
	}
	if (byHour.length > MOST_NAMED) return undefined;
	return `at ${listed(byHour.map((hour) => clock(hour, minute)))}`;
}

/** The days: `every weekday`; undefined for those that are not easily said. */
function dayWords({ monthdays, months, weekdays }: CronValues): string | undefined {
	if (months.size < MONTHS) return undefined;
	if (monthdays.size < LONGEST_MONTH) {
		if (weekdays.size < DAYS || monthdays.size > MOST_NAMED) return undefined;
		return `on day ${listed(sorted(monthdays).map(String))} of every month`;
	}
	if (weekdays.size === DAYS) return 'every day';
	const days = sorted(weekdays);
	if (days.join() === MONDAY_TO_FRIDAY) return 'every weekday';
	// The week begins on Monday.
	const fromMonday = days.filter((day) => day > 0).concat(days.filter((day) => day === 0));
	return `on ${listed(fromMonday.map((day) => WEEKDAYS[day] ?? ''))}`;
}

/** When a schedule runs, in words: `every weekday at 09:00`; else by its expression. */
export function cronWords(cron: string): string {
	if (cronIssue(cron) !== undefined) return `by the cron expression ${cron}`;
	const values = cronValues(cron);
	const [days, times] = [dayWords(values), timeWords(values)];
	if (days === undefined || times === undefined) return `by the cron expression ${cron}`;
	if (times.startsWith('at')) return `${days} ${times}`;
	return days === 'every day' ? times : `${days}, ${times}`;
}

/** A timezone as people call it: `Buenos Aires` for `America/Argentina/Buenos_Aires`. */
function zoneWords(timeZone: string): string {
	return (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}

/** A time as clocks of a timezone show it: `Mon 30 Nov, 09:00 Berlin`, with the year where it is another. */
export function timeInZone(time: Date, timeZone: string, now: Date): string {
	const format = new Intl.DateTimeFormat('en-US', {
		timeZone,
		weekday: 'short',
		day: 'numeric',
		month: 'short',
		year: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23',
	});
	const partsOf = (one: Date) =>
		Object.fromEntries(format.formatToParts(one).map(({ type, value }) => [type, value]));
	const { weekday, day, month, year, hour, minute } = partsOf(time);
	const shownYear = year === partsOf(now).year ? '' : ` ${year}`;
	return `${weekday} ${day} ${month}${shownYear}, ${hour}:${minute} ${zoneWords(timeZone)}`;
}

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * What a schedule means, for people: `Every weekday at 09:00; next: Mon 30 Nov, 09:00 Berlin`.
 *
 * @param next undefined where it is not known; null for a paused schedule
 * @param timeZone IANA name; undefined for that of the account, where it is not known
 */
export function scheduleWords(
	cron: string,
	timeZone: string | undefined,
	next: Date | null | undefined,
	now: Date,
): string {
	const words = capitalized(cronWords(cron));
	if (next === null) return `${words}; paused`;
	if (timeZone === undefined) return `${words}, in the timezone of your AutoGPT account`;
	const isTold = next !== undefined && !Number.isNaN(next.getTime());
	if (!isTold || timezoneNamed(timeZone) === undefined) return `${words} (${timeZone})`;
	return `${words}; next: ${timeInZone(next, timeZone, now)}`;
}

/** What a schedule that AutoGPT has means, with its next run. */
export function wordsForSchedule(
	{ cron, timezone, next_run_time }: Pick<Schedule, 'cron' | 'timezone' | 'next_run_time'>,
	now: Date,
): string {
	const next = next_run_time ? new Date(next_run_time) : null;
	return scheduleWords(cron, timezone, next, now);
}
