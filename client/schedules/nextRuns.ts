import { cronValues } from './cron';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A 29th of February comes again after eight years at the latest. */
const DAYS_SEARCHED = 8 * 366 + 1;
/** Clocks are never put forward by more. */
const LONGEST_GAP_MS = 3 * HOUR_MS;

/** What the clocks of a timezone show at a point in time, in milliseconds as if it were UTC. */
type Clock = (time: number) => number;

function clockOf(timeZone: string): Clock {
	const format = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
	});
	return (time) => {
		const parts = format.formatToParts(time);
		const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
		return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
	};
}

/** When clocks show a time first; where they leave it out in spring, as long after the gap begins. */
function instantOf(wall: number, clock: Clock): number {
	const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => clock(near) - near);
	const shown = offsets.map((offset) => wall - offset).filter((time) => clock(time) === wall);
	return shown.length > 0 ? Math.min(...shown) : wall - Math.min(...offsets);
}

/**
 * The next time at which a schedule runs, as far as its expression alone tells it. The hours are
 * those that the clocks of the timezone show, in summer and in winter.
 *
 * @param cron an expression that AutoGPT takes
 * @param timeZone IANA name
 * @returns undefined where days of the month and of the week are both limited, which not every
 * scheduler reads alike
 */
export function nextRun(cron: string, timeZone: string, after: Date): Date | undefined {
	const { minutes, hours, monthdays, months, weekdays } = cronValues(cron);
	if (monthdays.size < 31 && weekdays.size < 7) return undefined;
	const clock = clockOf(timeZone);
	const now = clock(after.getTime());
	const today = Math.floor(now / DAY_MS) * DAY_MS;
	const times = [...hours]
		.flatMap((hour) => [...minutes].map((minute) => hour * HOUR_MS + minute * MINUTE_MS))
		.sort((a, b) => a - b);
	for (let day = 0; day < DAYS_SEARCHED; day++) {
		const midnight = today + day * DAY_MS;
		const date = new Date(midnight);
		const fits =
			months.has(date.getUTCMonth() + 1) &&
			monthdays.has(date.getUTCDate()) &&
			weekdays.has(date.getUTCDay());
		if (!fits) continue;
		for (const time of times) {
			if (midnight + time < now - LONGEST_GAP_MS) continue;
			const instant = instantOf(midnight + time, clock);
			if (instant > after.getTime()) return new Date(instant);
		}
	}
	return undefined;
}
