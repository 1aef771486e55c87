import { cronIssue, tidyCron, weekdaysByName } from '../../client/schedules/cron';
import { timezoneNamed, timezones } from '../../client/schedules/timezones';

describe('cronIssue', () => {
	it.each([
		'* * * * *',
		'0 9 * * mon-fri',
		'0 9 * * MON-FRI',
		'*/15 8-18/2 1,15 jan,JUL-sep 1-5',
		'5/10 0 29 2 *',
		'0 0 * * 7',
		'0 0 * * sat-sun',
		'0 0 31 2 mon',
		'  0   9 * *  1 ',
	])('takes %s', (cron) => expect(cronIssue(cron)).toBeUndefined());

	it.each([
		['', 'has 0 fields'],
		['* * * *', 'has 4 fields'],
		['0 0 9 * * 1', 'has 6 fields'],
		['@daily', 'macros'],
		['60 * * * *', "'60' does not fit the field minute"],
		['0 24 * * *', "'24' does not fit the field hour"],
		['0 0 0 * *', 'day of the month'],
		['0 0 * 13 *', 'month'],
		['0 0 * * 8', 'day of the week'],
		['0 0 * * fri-mon', 'day of the week goes past Sunday'],
		['0 0 * * sun-tue', "'sun-tue' in the field day of the week goes past Sunday"],
		['0 0 * * Sun-Tue', 'for example sun,mon,tue'],
		['0 0 * * mon,sat-mon/2', 'for example sat,sun,mon'],
		['*/0 * * * *', 'minute'],
		['1,,2 * * * *', 'minute'],
		['0 0 L * ?', 'day of the month'],
		['0 0 * * mon#2', 'day of the week'],
		['jan 0 * * *', 'minute'],
		['0 0 31 2,4 *', 'does not exist'],
	])('refuses %s: %s', (cron, why) => expect(cronIssue(cron)).toContain(why));

	it('leaves one space between fields', () => {
		expect(tidyCron(' 0  9\t* * 1 ')).toBe('0 9 * * 1');
	});
});

describe('weekdaysByName', () => {
	it.each([
		['1-5', 'mon,tue,wed,thu,fri'],
		['0', 'sun'],
		['7', 'sun'],
		['0,7', 'sun'],
		['5-7', 'fri,sat,sun'],
		['1-5/2', 'mon,wed,fri'],
		['mon-fri/2', 'mon,wed,fri'],
		['1,3', 'mon,wed'],
		['Mon-3', 'mon,tue,wed'],
		['MON-fri,6', 'MON-fri,sat'],
		['*/2', 'sun,tue,thu,sat'],
		['*/3', 'sun,wed,sat'],
		['*/2,5', 'sun,tue,thu,sat,fri'],
		['2/2', 'tue,thu,sat'],
		['*/1', '*'],
		['*,5', '*'],
		['1-7/2', 'mon,wed,fri,sun'],
		['sun-2', 'sun,mon,tue'],
		['0-6', '*'],
		['1-7', '*'],
		['mon-fri,6,0', '*'],
	])('names the days of %s', (days, named) => {
		expect(cronIssue(`0 9 * * ${days}`)).toBeUndefined();
		expect(weekdaysByName(`0 9 * * ${days}`)).toBe(`0 9 * * ${named}`);
	});

	it.each(['*', 'mon-fri', 'SAT,sun', 'mon-sun', 'sun'])('leaves %s as it is', (days) => {
		expect(weekdaysByName(`*/5 1-5 1,2 3-4 ${days}`)).toBe(`*/5 1-5 1,2 3-4 ${days}`);
	});

	it('keeps every day beside a day of the month, which would else count alone', () => {
		expect(weekdaysByName('0 9 1 * 0-6')).toBe('0 9 1 * sun,mon,tue,wed,thu,fri,sat');
		expect(weekdaysByName('0 9 1 * */1')).toBe('0 9 1 * *');
	});
});

describe('timezones', () => {
	it('knows IANA names, however they are written', () => {
		expect(timezones()[0]).toBe('UTC');
		expect(timezoneNamed('europe/berlin')).toBe('Europe/Berlin');
		expect(timezoneNamed('Asia/Kolkata')).toBe('Asia/Kolkata');
		expect(timezoneNamed('Mars/Base')).toBeUndefined();
		expect(timezoneNamed('+02:00')).toBeUndefined();
	});

	it('lists the names of today beside those before, sorted and each once', () => {
		const zones = timezones();
		expect(zones).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Asia/Calcutta', 'Europe/Kyiv']));
		expect(zones.slice(1)).toEqual([...new Set(zones.slice(1))].sort());
		expect(zones.map(timezoneNamed)).toEqual(zones);
		expect(() =>
			zones.map((timeZone) => new Intl.DateTimeFormat('en', { timeZone })),
		).not.toThrow();
		expect(timezoneNamed('asia/kolkata')).toBe('Asia/Kolkata');
	});
});
