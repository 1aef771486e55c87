import { tryToParseDateTime } from 'n8n-workflow';

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ]\d)/;
const TIME =
	/^(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?$/i;
const MOMENT =
	/^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;

/** The day as it is written, whatever the zone: `2026-11-24T00:00:00.000Z` means the 24th. */
export function toDate(text: string): string | undefined {
	const [, year, month, day] = DATE.exec(text) ?? [];
	if (!year || !month || !day) return undefined;
	const written = `${year}-${month}-${day}`;
	const time = new Date(`${written}T00:00:00Z`);
	const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(written);
	return exists ? written : undefined;
}

/** The time of day as it is written, whatever the zone. */
export function toTime(text: string): string | undefined {
	const [, hour, minute, second = '00'] = TIME.exec(text) ?? [];
	if (!hour || !minute) return undefined;
	if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
	return `${hour.padStart(2, '0')}:${minute}:${second}`;
}

function isMoment(text: string): boolean {
	const [, date, time] = MOMENT.exec(text) ?? [];
	return date !== undefined && toDate(date) !== undefined && toTime(time ?? '') !== undefined;
}

/** A moment; one without a zone is meant in the given one. */
export function toMoment(text: string, timezone: string): string | undefined {
	if (!isMoment(text)) return undefined;
	const [, , , zone] = MOMENT.exec(text) ?? [];
	if (zone) return text;
	return tryToParseDateTime(text.replace(' ', 'T'), timezone).toISO() ?? undefined;
}

/** A moment that an expression returns, such as `$now`, as text. */
export function momentAsText(value: unknown, timezone: string): string | undefined {
	if (value instanceof Date && !Number.isNaN(value.getTime())) {
		return tryToParseDateTime(value, timezone).toISO() ?? undefined;
	}
	return typeof value === 'string' ? value.trim() : undefined;
}

interface Format {
	words: string;
	isMet: (text: string) => boolean;
}

/** Formats that are checked; the others are left to AutoGPT, which does not know all of them. */
export const FORMATS: Readonly<Record<string, Format>> = {
	date: { words: 'a date such as 2026-11-24', isMet: (text) => toDate(text) === text },
	// A time such as 09:30:00Z is one, too, where a schema is not that of an input block.
	time: { words: 'a time such as 09:30', isMet: (text) => /^\d{2}:/.test(text) && !!toTime(text) },
	'date-time': { words: 'a date and time such as 2026-11-24T09:30:00Z', isMet: isMoment },
	uuid: {
		words: 'a UUID',
		isMet: (text) => /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text),
	},
	email: { words: 'an email address', isMet: (text) => /^[^\s@]+@[^\s@]+$/.test(text) },
	uri: {
		words: 'an address such as https://example.com',
		isMet: (text) => /^[a-z][a-z0-9+.-]*:/i.test(text),
	},
};
