import { CronExpressionParser } from 'cron-parser';

import { nextRun } from '../../client/schedules/nextRuns';
import {
	cronWords,
	scheduleWords,
	timeInZone,
	wordsForSchedule,
} from '../../client/schedules/words';

const NOW = new Date('2026-11-27T12:00:00Z');

describe('cronWords', () => {
	it.each([
		['0 9 * * mon-fri', 'every weekday at 09:00'],
		['0 9 * * fri,thu,wed,tue,mon', 'every weekday at 09:00'],
		['5 18 * * *', 'every day at 18:05'],
		['30 7 * * mon', 'on Mondays at 07:30'],
		['30 7 * * sun,mon,thu', 'on Mondays, Thursdays and Sundays at 07:30'],
		['15 * * * *', 'every hour at minute 15'],
		['15 * * * sat,sun', 'on Saturdays and Sundays, every hour at minute 15'],
		['0 1,5,9,13,17,21 * * *', 'every 4 hours from 01:00 to 21:00'],
		['30 */6 * * mon-fri', 'every weekday, every 6 hours from 00:30 to 18:30'],
		['0 9,12 * * *', 'every day at 09:00 and 12:00'],
		['0 0 1 * *', 'on day 1 of every month at 00:00'],
		['0 0 1,15 * *', 'on day 1 and 15 of every month at 00:00'],
		['* * * * *', 'every minute'],
		['*/15 * * * *', 'every 15 minutes'],
		['*/15 8-18 * * mon-fri', 'by the cron expression */15 8-18 * * mon-fri'],
		['0 9 1 jan *', 'by the cron expression 0 9 1 jan *'],
		['0 9 1 * mon', 'by the cron expression 0 9 1 * mon'],
		['7 8-16 * * *', 'by the cron expression 7 8-16 * * *'],
		['0 9 * * 0', 'on Sundays at 09:00'],
		['0 9 * * sun-tue', 'by the cron expression 0 9 * * sun-tue'],
		['what the server likes', 'by the cron expression what the server likes'],
	])('says %s as %s', (cron, words) => expect(cronWords(cron)).toBe(words));
});

describe('timeInZone', () => {
	it.each([
		['2026-11-30T08:00:00Z', 'Europe/Berlin', 'Mon 30 Nov, 09:00 Berlin'],
		['2026-12-01T00:00:00Z', 'UTC', 'Tue 1 Dec, 00:00 UTC'],
		['2026-12-01T01:30:00Z', 'America/Argentina/Buenos_Aires', 'Mon 30 Nov, 22:30 Buenos Aires'],
		['2027-01-01T08:00:00Z', 'Europe/Berlin', 'Fri 1 Jan 2027, 09:00 Berlin'],
		['2026-12-31T23:30:00Z', 'Europe/Berlin', 'Fri 1 Jan 2027, 00:30 Berlin'],
	])('shows %s in %s', (time, zone, words) =>
		expect(timeInZone(new Date(time), zone, NOW)).toBe(words),
	);
});

describe('scheduleWords', () => {
	it('says when, and when next', () => {
		const next_run_time = '2026-11-30T09:00:00+01:00';
		const schedule = { cron: '0 9 * * mon-fri', timezone: 'Europe/Berlin', next_run_time };
		expect(wordsForSchedule(schedule, NOW)).toBe(
			'Every weekday at 09:00; next: Mon 30 Nov, 09:00 Berlin',
		);
		expect(wordsForSchedule({ ...schedule, next_run_time: null }, NOW)).toBe(
			'Every weekday at 09:00; paused',
		);
		expect(scheduleWords('0 9 1 * mon', 'Asia/Tokyo', undefined, NOW)).toBe(
			'By the cron expression 0 9 1 * mon (Asia/Tokyo)',
		);
	});

	it('stands the times and zones of any server', () => {
		const odd = { cron: '0 9 * * *', timezone: 'Mars/Base', next_run_time: 'soon' };
		expect(wordsForSchedule(odd, NOW)).toBe('Every day at 09:00 (Mars/Base)');
	});
});

describe('nextRun', () => {
	const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];
	const CRONS = [
		'0 9 * * mon-fri',
		'30 7 * * sun,wed',
		'0 1,5,9,13,17,21 * * *',
		'15 * * * *',
		'0 0 1 * *',
		'0 0 31 * *',
		'59 23 29 feb *',
		'*/7 8-18 * * sat',
	];
	const TIMES = [
		'2026-03-27T12:00:00Z',
		'2026-03-29T08:00:00Z',
		'2026-10-24T20:59:59Z',
		'2026-11-27T12:00:00Z',
		'2027-12-31T23:59:30Z',
	];

	it.each(ZONES)('is when the schedule fires, in winter and in summer: %s', (tz) => {
		for (const cron of CRONS) {
			for (const time of TIMES) {
				const currentDate = new Date(time);
				const expected = CronExpressionParser.parse(cron, { currentDate, tz }).next().toDate();
				expect([cron, time, nextRun(cron, tz, currentDate)]).toEqual([cron, time, expected]);
			}
		}
	});

	it('comes an hour later on the day on which clocks leave its time out', () => {
		const next = nextRun('30 2 * * *', 'Europe/Berlin', new Date('2026-03-28T12:00:00Z'));
		expect(next?.toISOString()).toBe('2026-03-29T01:30:00.000Z');
	});

	it('comes the first time where clocks show it twice', () => {
		const next = nextRun('30 2 * * *', 'Europe/Berlin', new Date('2026-10-24T12:00:00Z'));
		expect(next?.toISOString()).toBe('2026-10-25T00:30:00.000Z');
	});

	it('is not told where days of the month and of the week are both named', () => {
		expect(nextRun('0 9 1 * mon', 'UTC', NOW)).toBeUndefined();
	});

	it('is found among many times without delay', () => {
		const start = performance.now();
		expect(nextRun('* * * * *', 'Asia/Kolkata', NOW)?.toISOString()).toBe(
			'2026-11-27T12:01:00.000Z',
		);
		expect(performance.now() - start).toBeLessThan(1_000);
	});
});
