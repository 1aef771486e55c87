import { isExpression, type ILoadOptionsFunctions, type ResourceMapperFields } from 'n8n-workflow';

import { accountTimezone } from '../../../client/schedules/accountTimezone';
import { nextRun } from '../../../client/schedules/nextRuns';
import { timezoneNamed } from '../../../client/schedules/timezones';
import { scheduleWords } from '../../../client/schedules/words';
import { isObject } from '../../../client/util/json';
import { clientFor } from '../../shared/rows';
import { cronOf } from '../fields/frequency';
import { noticeForm } from './inputForm';

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/** Says what the fields of a schedule mean, and when it would run next. */
export async function getScheduleMeaning(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const [rhythm, time, days, hours, cronGiven, zoneField] = [
		'rhythm',
		'time',
		'days',
		'hours',
		'cron',
		'timezone',
	].map((name): unknown => this.getCurrentNodeParameter(name));
	const zoneGiven = isObject(zoneField) ? zoneField.value : zoneField;
	if ([rhythm, time, days, hours, cronGiven, zoneGiven].some(isExpression)) {
		return noticeForm('An expression decides when it runs. The output says it as when.');
	}
	const cron = cronOf({
		rhythm: textOf(rhythm) || 'everyWeekday',
		time: textOf(time),
		days,
		hours,
		cron: textOf(cronGiven),
	});
	if (typeof cron !== 'string') return noticeForm(`${cron.issue}. ${cron.advice}`);
	const wanted = textOf(zoneGiven);
	const zone = wanted === '' ? await accountTimezone(await clientFor(this)) : timezoneNamed(wanted);
	if (wanted !== '' && zone === undefined) return noticeForm(`There is no timezone '${wanted}'.`);
	const now = new Date();
	const next = zone === undefined ? undefined : nextRun(cron, zone, now);
	return noticeForm(`${scheduleWords(cron, zone, next, now)}.`);
}
