import fc from 'fast-check';

import type { Course, PlannedAnswer } from './answeringServer.cts';

/** Who wrote an answer, as the contract lets one tell (behaviour.md sections 1 and 5). */
export type Author = 'AutoGPT' | 'another' | 'anybody';

/** An answer, and whose it is. */
export interface Answer extends PlannedAnswer {
	author: Author;
}

const statuses = fc.oneof(
	fc.constantFrom(200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308),
	fc.constantFrom(400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415),
	fc.constantFrom(418, 421, 422, 423, 425, 426, 428, 429, 431, 444, 451, 494, 498, 499),
	fc.constantFrom(500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 522, 525, 526, 529, 530, 599),
	fc.constantFrom(600, 999),
);

const courses: fc.Arbitrary<Course> = fc.oneof(
	{ arbitrary: fc.constant<Course>('whole'), weight: 12 },
	{
		arbitrary: fc.constantFrom<Course>('silent', 'dropped', 'cut', 'dripping', 'garbage'),
		weight: 3,
	},
);

/** Answers of any kind, some of which repeat the key. */
export function oddAnswers(key: string): fc.Arbitrary<Answer> {
	const hostile = fc.constantFrom(
		key,
		encodeURIComponent(key),
		Buffer.from(key).toString('base64'),
		'Not Found',
		'Invalid API key',
		'Missing required permission(s): RUN_AGENT',
		'',
		'\u202e\u0000',
		'x'.repeat(100_000),
	);
	const codes = fc.constantFrom(
		'not_found',
		'conflict',
		'validation_error',
		'rate_limit_exceeded',
		'x',
		'',
	);
	const details = fc.oneof(
		fc.constant(null),
		fc.jsonValue(),
		fc.record({
			errors: fc.array(
				fc.record({
					loc: fc.jsonValue(),
					msg: fc.oneof(hostile, fc.jsonValue()),
					type: fc.jsonValue(),
				}),
			),
		}),
	);

	const bodies: fc.Arbitrary<{ author: Author; body: string; type?: string }> = fc.oneof(
		fc
			.record({ code: codes, message: fc.oneof(hostile, fc.jsonValue()), details })
			.map((error) => ({ author: 'AutoGPT' as const, body: JSON.stringify({ error }) })),
		fc
			.oneof(
				hostile,
				details,
				fc.array(fc.record({ loc: fc.array(fc.oneof(fc.string(), fc.nat())), msg: hostile })),
			)
			.map((detail) => ({ author: 'AutoGPT' as const, body: JSON.stringify({ detail }) })),
		hostile.map((message) => ({ author: 'another' as const, body: JSON.stringify({ message }) })),
		hostile.map((text) => ({
			author: 'another' as const,
			body: `<html><h1>${text}</h1></html>`,
			type: 'text/html',
		})),
		fc
			.constantFrom('', ' ', 'upstream error', '\ufeff', '{"a":', 'null', '0', '""', '[]', '{}')
			.map((body) => ({ author: 'another' as const, body })),
		fc.jsonValue().map((value) => ({
			author: 'anybody' as const,
			body: JSON.stringify(value),
		})),
		fc
			.record({ items: fc.jsonValue(), next_cursor: fc.jsonValue() })
			.map((page) => ({ author: 'another' as const, body: JSON.stringify(page) })),
	);

	const oddTimes = fc.constantFrom(
		'0',
		'1',
		'86400',
		'1e9',
		'-5',
		'soon',
		'',
		'99999999999999999999',
		'Thu, 01 Jan 1970 00:00:00 GMT',
		'1893456000',
	);
	const headers = fc.record(
		{
			'Content-Type': fc.constantFrom(
				'application/json',
				'text/html; charset=utf-8',
				'image/png',
				'application/json; charset=utf-16',
				'nonsense',
			),
			Server: fc.constantFrom('cloudflare', 'nginx/1.27', 'uvicorn', 'x'.repeat(5_000)),
			Location: fc.constantFrom(
				'/login',
				'http://[',
				'https://sso.example.com/?next=' + encodeURIComponent(key),
				'javascript:alert(1)',
				'https://moved.example/external-api/v2/me?token=' + encodeURIComponent(key),
				'',
				'//',
			),
			'Retry-After': oddTimes,
			'X-RateLimit-Limit': oddTimes,
			'X-RateLimit-Remaining': oddTimes,
			'X-RateLimit-Reset': oddTimes,
			Date: fc.constantFrom('Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday', ''),
			'WWW-Authenticate': fc.constantFrom('Basic', 'Negotiate', 'Bearer error="invalid_token"'),
			'Content-Encoding': fc.constantFrom(
				'gzip',
				'br',
				'zstd',
				...Array<string>(9).fill('identity'),
			),
			'Set-Cookie': fc.constant('a=b'),
		},
		{ requiredKeys: [] },
	);

	return fc
		.record({
			status: statuses,
			headers,
			content: bodies,
			course: courses,
			delayMs: fc.constantFrom(0, 0, 0, 10),
		})
		.map(({ content: { author, body, type }, ...answer }) => ({
			...answer,
			headers: { ...answer.headers, ...(type && { 'Content-Type': type }) },
			author,
			body,
		}));
}

/** Words of a program that no message may have. */
export const PROGRAM =
	/undefined|\[object|TypeError|RangeError|Cannot read|is not a function|Invalid URL|NaN|ERR_/;
/** What blames the credential. */
export const CREDENTIAL = /API key|permission [A-Z_]|did not accept/;

/** All forms in which a key must not be seen. */
export function tracesOf(key: string): string[] {
	return [
		key,
		encodeURIComponent(key),
		Buffer.from(key).toString('base64'),
		JSON.stringify(key).slice(1, -1),
	];
}
