import { CronExpressionParser } from 'cron-parser';
import { DateTime, IANAZone } from 'luxon';
import { ApiError, invalid } from './errors.cts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** A range of names as a list. The scheduler counts a week from Monday, so none may go past Sunday. */
function listOfDays(piece: string): string {
	const [range = '', every = '1'] = piece.toLowerCase().split('/');
	const [first, last] = range.split('-').map((day) => DAYS.indexOf(day));
	if (first === undefined || last === undefined || first < 0 || last < 0) return piece;
	if (first > last) throw new Error('the first day of a range must not come after the last');
	return DAYS.slice(first, last + 1)
		.filter((_, index) => index % Number(every) === 0)
		.join(',');
}

/** An expression whose days of the week are lists where they were ranges of names. */
function withListsOfDays(cron: string): string {
	const [minute, hour, monthDay, month, weekday = ''] = cron.trim().split(/\s+/);
	const days = weekday.split(',').map(listOfDays).join(',');
	return [minute, hour, monthDay, month, days].join(' ');
}

/** Five Unix fields; six fields and macros are refused (section 13). */
export function checkCron(cron: string): void {
	const fields = cron.trim().split(/\s+/);
	try {
		if (fields.length !== 5 || cron.includes('@')) throw new Error('five fields are needed');
		CronExpressionParser.parse(withListsOfDays(cron), { tz: 'UTC' });
	} catch (error) {
		const why = error instanceof Error ? error.message : 'invalid';
		throw new ApiError(400, `Invalid cron expression '${cron}': ${why}`);
	}
}

/** An IANA name, else 422 (section 13). */
export function checkTimezone(zone: string): void {
	if (IANAZone.isValidZone(zone)) return;
	const issue = {
		type: 'value_error',
		loc: ['body', 'timezone'],
		msg: `Unknown timezone '${zone}'`,
		input: zone,
	};
	throw invalid([issue]);
}

function dayAfter(number: string): string {
	return DAYS[Number(number)] ?? 'sun';
}

/**
 * What servers before N make of days of the week: numbers count from Monday, so they fire a day
 * late, steps of `*` too, and `0-7` is Sunday only (section 1).
 */
export function olderWeekdays(cron: string): string {
	const [minute, hour, monthDay, month, weekday = ''] = cron.trim().split(/\s+/);
	const pieces = weekday.split(',').map((piece) => {
		if (piece === '0-7') return 'sun';
		const step = /^\*\/(\d+)$/.exec(piece)?.[1];
		if (step) return DAYS.filter((_, index) => index % Number(step) === 0).join(',');
		const [days = '', every] = piece.split('/');
		const named = days.replace(/\d/g, dayAfter);
		return every === undefined ? named : `${named}/${every}`;
	});
	return [minute, hour, monthDay, month, pieces.join(',')].join(' ');
}

/** When the schedule fires next, in its zone's own offset (section 13). */
export function nextRun(cron: string, zone: string, after: Date): DateTime {
	const tz = IANAZone.isValidZone(zone) ? zone : 'UTC';
	const next = CronExpressionParser.parse(withListsOfDays(cron), { currentDate: after, tz }).next();
	return DateTime.fromMillis(next.getTime(), { zone: tz });
}

/** `+00:00` and not `Z`, as the server writes times in a zone. */
export function isoInZone(time: DateTime): string {
	return time.toFormat("yyyy-MM-dd'T'HH:mm:ssZZ");
}
