import { CronExpressionParser } from 'cron-parser';
import { DateTime, IANAZone } from 'luxon';
import { ApiError, invalid } from './errors.cts';

/** Five Unix fields; six fields and macros are refused (section 13). */
export function checkCron(cron: string): void {
	const fields = cron.trim().split(/\s+/);
	try {
		if (fields.length !== 5 || cron.includes('@')) throw new Error('five fields are needed');
		CronExpressionParser.parse(cron, { tz: 'UTC' });
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

/** When the schedule fires next, told in its zone's own offset (section 13). */
export function nextRun(cron: string, zone: string, after: Date): DateTime {
	const tz = IANAZone.isValidZone(zone) ? zone : 'UTC';
	const next = CronExpressionParser.parse(cron, { currentDate: after, tz }).next();
	return DateTime.fromMillis(next.getTime(), { zone: tz });
}

/** `+00:00` and not `Z`, as the server writes times in a zone. */
export function isoInZone(time: DateTime): string {
	return time.toFormat("yyyy-MM-dd'T'HH:mm:ssZZ");
}
