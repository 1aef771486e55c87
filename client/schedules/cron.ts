/** One of the five fields of a cron expression. */
interface CronField {
	name: string;
	first: number;
	last: number;
	/** Names of values, from `first` on. */
	names?: string[];
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WEEKDAY: CronField = { name: 'day of the week', first: 0, last: 7, names: WEEKDAYS };

const FIELDS: CronField[] = [
	{ name: 'minute', first: 0, last: 59 },
	{ name: 'hour', first: 0, last: 23 },
	{ name: 'day of the month', first: 1, last: 31 },
	{
		name: 'month',
		first: 1,
		last: 12,
		names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
	},
	WEEKDAY,
];

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const PART = /^(?:\*|([a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?)(?:\/(\d{1,2}))?$/;

function valueOf(text: string, { first, names }: CronField): number {
	const index = names?.indexOf(text) ?? -1;
	if (index >= 0) return first + index;
	return /^\d+$/.test(text) ? Number(text) : NaN;
}

/** Values that one part of a field stands for, such as `mon-fri`; undefined when it is none. */
function partValues(part: string, field: CronField): number[] | undefined {
	const match = PART.exec(part);
	if (!match) return undefined;
	const [, from, to, every] = match;
	const start = from === undefined ? field.first : valueOf(from, field);
	const single = from !== undefined && every === undefined ? start : field.last;
	// Sunday as the end of a range is 7.
	const isLastSunday = field.last === 7 && to === 'sun' && start > 0;
	const end = isLastSunday ? 7 : to === undefined ? single : valueOf(to, field);
	const step = every === undefined ? 1 : Number(every);
	const fits = start >= field.first && end <= field.last && start <= end && step >= 1;
	if (!fits) return undefined;
	const values = [];
	for (let value = start; value <= end; value += step) values.push(value);
	return values;
}

function explainField(text: string, { name, first, last, names }: CronField): string {
	const named = names ? `, names such as ${names[1]}` : '';
	return `'${text}' does not fit the field ${name}: enter numbers from ${first} to ${last}${named}, *, lists with commas, ranges such as 1-5, or steps such as */2`;
}

/** A week as AutoGPT's scheduler counts it, from Monday. */
const WEEK = [...WEEKDAYS.slice(1), 'sun'];
const NAMED_RANGE = /^([a-z]{3})-([a-z]{3})(?:\/\d{1,2})?$/;

/** Why AutoGPT's scheduler refuses a range of days by name, in words; undefined when it does not. */
function pastSunday(piece: string): string | undefined {
	const [, from = '', to = ''] = NAMED_RANGE.exec(piece) ?? [];
	const [first, last] = [WEEK.indexOf(from), WEEK.indexOf(to)];
	if (first < 0 || last < 0 || first <= last) return undefined;
	const days = [...WEEK.slice(first), ...WEEK.slice(0, last + 1)];
	return `'${piece}' in the field ${WEEKDAY.name} goes past Sunday, where AutoGPT's week ends: list the days instead, for example ${days.join(',')}`;
}

/** The five fields in one space each. */
export function tidyCron(expression: string): string {
	return expression.trim().split(/\s+/).join(' ');
}

/**
 * What is wrong with a cron expression, in words; undefined when AutoGPT takes it: five fields, no
 * seconds and no macros (contract: behaviour.md section 13).
 */
export function cronIssue(expression: string): string | undefined {
	const text = tidyCron(expression).toLowerCase();
	if (text.startsWith('@')) return `macros such as ${text} are not taken; write five fields`;
	const parts = text === '' ? [] : text.split(' ');
	if (parts.length !== FIELDS.length) {
		return `it has ${parts.length} fields and must have five: minute, hour, day of the month, month, day of the week`;
	}
	const wrapped = (parts[4] ?? '').split(',').map(pastSunday).find(Boolean);
	if (wrapped) return wrapped;
	const values: number[][] = [];
	for (const [index, field] of FIELDS.entries()) {
		const part = parts[index] ?? '';
		const found = part.split(',').map((piece) => partValues(piece, field));
		if (found.includes(undefined)) return explainField(part, field);
		values.push(found.flatMap((piece) => piece ?? []));
	}
	const [, , days = [], months = []] = values;
	const anyWeekday = parts[4]?.startsWith('*');
	const comes = months.some((month) => days.some((day) => day <= (LONGEST_MONTHS[month - 1] ?? 0)));
	return comes || !anyWeekday ? undefined : 'that date does not exist in any year';
}

/** What the five fields of an expression stand for; days of the week from Sunday as 0. */
export interface CronValues {
	minutes: ReadonlySet<number>;
	hours: ReadonlySet<number>;
	monthdays: ReadonlySet<number>;
	months: ReadonlySet<number>;
	weekdays: ReadonlySet<number>;
}

/** Reads an expression that AutoGPT takes. */
export function cronValues(expression: string): CronValues {
	const parts = tidyCron(expression).toLowerCase().split(' ');
	const [minutes, hours, monthdays, months, weekdays] = FIELDS.map((field, index) => {
		const pieces = (parts[index] ?? '').split(',');
		return new Set(pieces.flatMap((piece) => partValues(piece, field) ?? []));
	});
	return {
		minutes: minutes ?? new Set(),
		hours: hours ?? new Set(),
		monthdays: monthdays ?? new Set(),
		months: months ?? new Set(),
		weekdays: new Set([...(weekdays ?? [])].map((day) => day % 7)),
	};
}

/** Days of the week that a piece stands for, Sunday as 0. */
function daysOf(piece: string): number[] {
	return (partValues(piece.toLowerCase(), WEEKDAY) ?? []).map((day) => day % 7);
}

/** Whether a piece counts days, be it by numbers or by steps. */
function isCounted(piece: string): boolean {
	return /\d/.test(piece);
}

/**
 * A tidy expression that AutoGPT takes, with days of the week by their names: older servers take
 * numbers for the day after, and count steps from Monday (contract: behaviour.md section 1).
 */
export function weekdaysByName(expression: string): string {
	const [minute, hour, monthday = '', month, weekday = ''] = expression.split(' ');
	const pieces = weekday.split(',');
	if (!pieces.some(isCounted)) return expression;
	// A day of the month counts besides days of the week, but alone beside *.
	const isEvery = new Set(pieces.flatMap(daysOf)).size === 7;
	const isAnyDay = isEvery && (monthday === '*' || weekday.startsWith('*'));
	const named = pieces.flatMap((piece) =>
		isCounted(piece) || piece === '*' ? daysOf(piece).map((day) => WEEKDAYS[day]) : [piece],
	);
	const days = isAnyDay ? '*' : [...new Set(named)].join(',');
	return [minute, hour, monthday, month, days].join(' ');
}
