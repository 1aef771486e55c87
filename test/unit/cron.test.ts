import { cronObjection, tidyCron } from '../../platform/cron';
import { timezoneNamed, timezones } from '../../platform/timezones';

describe('cronObjection', () => {
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
	])('takes %s', (cron) => expect(cronObjection(cron)).toBeUndefined());

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
		['0 0 * * fri-mon', 'day of the week'],
		['*/0 * * * *', 'minute'],
		['1,,2 * * * *', 'minute'],
		['0 0 L * ?', 'day of the month'],
		['0 0 * * mon#2', 'day of the week'],
		['jan 0 * * *', 'minute'],
		['0 0 31 2,4 *', 'does not exist'],
	])('refuses %s: %s', (cron, why) => expect(cronObjection(cron)).toContain(why));

	it('leaves one space between fields', () => {
		expect(tidyCron(' 0  9\t* * 1 ')).toBe('0 9 * * 1');
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
});
