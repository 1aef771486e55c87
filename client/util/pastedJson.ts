import { trimmed } from './trimmed';

/** What a text is as JSON, or why it is none and what to do. */
export type PastedJson = { json: unknown } | { issue: string; advice: string };

const FENCE = '```';
// Texts are matched, too, so that nothing within them is.
const COMMAS_AT_END = /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g;
const NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const STRINGS = /"(?:[^"\\]|\\.)*"/g;

/** Spaces and byte order marks. */
const AROUND = /[\s\uFEFF\u200B]/;

/** The text itself: without a byte order mark, and without the fence of a block in Markdown. */
function bare(text: string): string {
	const whole = trimmed(text, AROUND);
	const isFenced =
		whole.length >= 2 * FENCE.length && whole.startsWith(FENCE) && whole.endsWith(FENCE);
	if (!isFenced) return whole;
	return whole.slice(FENCE.length, -FENCE.length).replace(/^\w+/, '').trim();
}

function parsed(text: string): { json: unknown } | SyntaxError {
	try {
		return { json: JSON.parse(text) as unknown };
	} catch (error) {
		return error instanceof SyntaxError ? error : new SyntaxError(String(error));
	}
}

/** JSON that stands in a JSON text, as a program writes that stores text only. */
function unquoted(json: unknown): unknown {
	if (typeof json !== 'string' || !/^\s*[{[]/.test(json)) return json;
	const inner = parsed(json);
	return inner instanceof SyntaxError ? json : inner.json;
}

/** Where a text stops to be JSON; its length where more of it is missing. */
function positionOf(text: string, { message }: SyntaxError): number | undefined {
	const [, position] = /position (\d+)/.exec(message) ?? [];
	if (/end of JSON input|Unterminated/.test(message)) return text.length;
	return position === undefined ? undefined : Number(position);
}

function placeOf(text: string, position: number | undefined): string {
	if (position === undefined) return '';
	const before = text.slice(0, position).split('\n');
	return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

/** Why a text is no JSON, by what people paste. */
function explained(text: string, error: SyntaxError): { issue: string; advice: string } {
	const outside = text.replace(STRINGS, '""');
	const advice =
		'Enter an object such as {"name": "Ada"}: names in double quotes, no comma after the last one.';
	if (text.includes('[object Object]')) {
		return {
			issue: "has '[object Object]' in it: an expression put an object into text",
			advice: 'Write {{ JSON.stringify($json.name) }} where an object or a list goes into text.',
		};
	}
	if (/[“”„‘’]/.test(outside)) {
		return {
			issue: 'has curly quotes, which JSON does not know',
			advice: 'Replace “ and ” by the plain double quote ".',
		};
	}
	if (/[{[,:]\s*'/.test(outside)) {
		return {
			issue: 'has single quotes, which JSON does not know',
			advice: 'Put names and texts in double quotes.',
		};
	}
	if (/(?:^|[\s,{[])(?:\/\/|\/\*)/.test(outside)) {
		return { issue: 'has comments, which JSON does not know', advice: 'Take the comments out.' };
	}
	if (/```/.test(outside)) {
		return { issue: 'has text around the JSON', advice: 'Enter the JSON alone.' };
	}
	const position = positionOf(text, error);
	if (position !== undefined && position >= text.length && /^[{[]/.test(text)) {
		return {
			issue: 'ends in the middle',
			advice: 'Copy it as a whole: each { and [ needs its } and ].',
		};
	}
	return { issue: `is not valid JSON${placeOf(text, position)}`, advice };
}

/**
 * Reads JSON that a person or a language model writes as text. What does no harm is taken: a byte
 * order mark, the fence of a block in Markdown, a comma after the last entry, JSON in a JSON text.
 */
export function readPastedJson(text: string): PastedJson {
	const json = bare(text);
	const first = parsed(json);
	if (!(first instanceof SyntaxError)) return { json: unquoted(first.json) };
	const second = parsed(json.replace(COMMAS_AT_END, (_, string?: string) => string ?? ''));
	if (!(second instanceof SyntaxError)) return second;
	return explained(json, first);
}

function alteredNumbers(value: unknown): number[] {
	if (typeof value === 'number') {
		// Larger ones are written with an exponent, as a measure and not as an ID.
		const isWritten = Number.isInteger(value) && Math.abs(value) < 1e21;
		return isWritten && !Number.isSafeInteger(value) ? [value] : [];
	}
	return typeof value === 'object' && value !== null
		? Object.values(value).flatMap(alteredNumbers)
		: [];
}

/**
 * The first whole number in JSON that JavaScript cannot hold: its last digits change in silence.
 *
 * @param json a JSON text, or a value that was read already and may be altered
 */
export function unsafeNumberIn(json: unknown): string | undefined {
	if (typeof json !== 'string') {
		const [altered] = alteredNumbers(json);
		return altered?.toString();
	}
	const numbers = json.match(NUMBERS) ?? [];
	return numbers.find((one) => /^-?\d+$/.test(one) && !Number.isSafeInteger(Number(one)));
}
