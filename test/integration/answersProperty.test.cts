import fc from 'fast-check';
import type { sleep } from 'n8n-workflow';

import { endpoints, type EndpointName } from '../../client/contract/endpoints';
import { resetProcessState } from '../../client/process/processState';
import { setStage, type Stage } from '../harness/account.cts';
import {
	startAnswering,
	type AnsweringServer,
	type Course,
	type PlannedAnswer,
} from '../harness/answeringServer.cts';
import { openStageClient } from '../harness/client.cts';

/** Pauses take no time here: the clock of the limits goes on by as much. */
const mockClock = { aheadMs: 0 };

jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<{ sleep: typeof sleep }>('n8n-workflow');
	const hasty: typeof sleep = async (ms, signal) => {
		mockClock.aheadMs += ms;
		await actual.sleep(0, signal);
	};
	return { ...actual, sleep: hasty };
});
jest.mock('../../client/util/monotonic', () => ({
	monotonicNow: () => performance.now() + mockClock.aheadMs,
}));

/** `PROPERTY_RUNS=20 npx jest answersProperty` gives each endpoint as many; `PROPERTY_SEED` repeats. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 12);
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const KEY = 'agpt_xt_Zm9v/YmFy+"quoted"&<more>';
/** Limits of one attempt: a short one where nothing comes, so that the test need not wait. */
const PATIENCE_MS = { short: 150, long: 20_000 };
/** Pauses before further attempts in all, and the last wait for a rate limit. */
const LONGEST_MS = 16 * 60_000;
const TEST_TIMEOUT_MS = 10 * 60_000;

/** Who wrote an answer, as the contract lets one tell (behaviour.md sections 1 and 5). */
type Author = 'AutoGPT' | 'another' | 'anybody';

interface Answer extends PlannedAnswer {
	author: Author;
}

const statuses = fc.oneof(
	fc.constantFrom(200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308),
	fc.constantFrom(400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415),
	fc.constantFrom(418, 421, 422, 423, 425, 426, 428, 429, 431, 444, 451, 494, 498, 499),
	fc.constantFrom(500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 522, 525, 526, 529, 530, 599),
	fc.constantFrom(600, 999),
);

const hostile = fc.constantFrom(
	KEY,
	encodeURIComponent(KEY),
	Buffer.from(KEY).toString('base64'),
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
			'https://sso.example.com/?next=' + encodeURIComponent(KEY),
			'javascript:alert(1)',
			'',
			'//',
		),
		'Retry-After': oddTimes,
		'X-RateLimit-Limit': oddTimes,
		'X-RateLimit-Remaining': oddTimes,
		'X-RateLimit-Reset': oddTimes,
		Date: fc.constantFrom('Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday', ''),
		'WWW-Authenticate': fc.constantFrom('Basic', 'Negotiate', 'Bearer error="invalid_token"'),
		'Content-Encoding': fc.constantFrom('gzip', 'br', 'zstd', ...Array<string>(9).fill('identity')),
		'Set-Cookie': fc.constant('a=b'),
	},
	{ requiredKeys: [] },
);

const courses: fc.Arbitrary<Course> = fc.oneof(
	{ arbitrary: fc.constant<Course>('whole'), weight: 12 },
	{
		arbitrary: fc.constantFrom<Course>('silent', 'dropped', 'cut', 'dripping', 'garbage'),
		weight: 3,
	},
);

const answers: fc.Arbitrary<Answer> = fc
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

const NETWORK = /^AutoGPT could not be reached at |^The response of AutoGPT at .* broke off/;
const ADDRESS = /so this is not the address of the AutoGPT API|^AutoGPT is not at .* but at /;
const BETWEEN = /^Something between n8n and AutoGPT /;
const OTHERS = [NETWORK, ADDRESS, BETWEEN];
const PROGRAM =
	/undefined|\[object|TypeError|RangeError|Cannot read|is not a function|Invalid URL|NaN|ERR_/;
const CREDENTIAL = /API key|permission [A-Z_]|did not accept/;

/** What must not be said of who is to blame; undefined where all is well. */
function misplaced(
	{ status, author, course, headers, body }: Answer,
	message: string,
): string | undefined {
	const isPacked = ['gzip', 'br'].includes(headers['Content-Encoding'] ?? '') && body !== '';
	if (['silent', 'dropped', 'garbage'].includes(course)) {
		return NETWORK.test(message) ? undefined : 'the network';
	}
	// Nobody can tell who wrote what did not come whole, or cannot be unpacked.
	if (course !== 'whole' || isPacked) {
		return OTHERS.some((one) => one.test(message)) ? undefined : 'no AutoGPT';
	}
	if (status < 300) {
		return /^AutoGPT's response lacks /.test(message) ||
			ADDRESS.test(message) ||
			NETWORK.test(message)
			? undefined
			: 'an answer that is none';
	}
	if (status < 400) return ADDRESS.test(message) ? undefined : 'a redirect';
	if (author === 'AutoGPT') {
		return BETWEEN.test(message) || NETWORK.test(message) || ADDRESS.test(message)
			? 'AutoGPT'
			: undefined;
	}
	if (author === 'anybody') return undefined;
	if (CREDENTIAL.test(message)) return 'no credential';
	return BETWEEN.test(message) || (status === 404 && ADDRESS.test(message))
		? undefined
		: 'something in between';
}

/** All forms in which the key must not be seen. */
const TRACES = [
	KEY,
	encodeURIComponent(KEY),
	Buffer.from(KEY).toString('base64'),
	JSON.stringify(KEY).slice(1, -1),
];

describe(`Whatever answers (PROPERTY_SEED=${SEED})`, () => {
	let stage: Stage;
	let server: AnsweringServer;

	beforeAll(async () => {
		stage = await setStage();
		server = await startAnswering();
	});

	afterAll(async () => {
		await server.close();
		await stage.emulator.close();
	});

	/** Carries out one call against planned answers; gives back its failure, if it is one. */
	async function failureOfCall(name: EndpointName, plan: Answer[]) {
		resetProcessState();
		mockClock.aheadMs = 0;
		server.plan = plan;
		server.given = [];
		const client = await openStageClient(stage, {
			apiKey: KEY,
			baseUrl: `${server.origin}/external-api/v2`,
		});
		const isQuick = plan.some(({ course }) => course === 'silent' || course === 'dripping');
		const timeoutMs = isQuick ? PATIENCE_MS.short : PATIENCE_MS.long;
		const { path: template, answer, method } = endpoints[name];
		const path = Object.fromEntries(
			[...template.matchAll(/\{(\w+)\}/g)].map(([, id]) => [id, 'id-1']),
		);
		const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
		try {
			if (answer === 'binary') await client.transfer(name, path, { timeout: timeoutMs });
			else await client.call(name, { path, ...body, timeoutMs } as never);
			return undefined;
		} catch (error) {
			return error;
		}
	}

	it.each((Object.keys(endpoints) as EndpointName[]).map((name, index) => [name, index] as const))(
		'%s fails in words that name who did it, within its limits and without the key',
		async (name, index) => {
			await fc.assert(
				fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 2 }), async (plan) => {
					const began = performance.now();
					const failure = await failureOfCall(name, plan);
					const tookMs = performance.now() - began;
					expect(tookMs).toBeLessThan(PATIENCE_MS.long);
					expect(tookMs + mockClock.aheadMs).toBeLessThan(LONGEST_MS);
					if (failure === undefined) return;
					expect(failure).toHaveProperty('name', 'NodeApiError');
					const { message, description } = failure as { message: string; description: string };
					expect({ message, description }).toEqual({
						message: expect.stringMatching(/./),
						description: expect.any(String),
					});
					expect(`${message} ${description}`).not.toMatch(PROGRAM);
					expect(message.length + description.length).toBeLessThan(5_000);
					const shown = [
						message,
						description,
						JSON.stringify(failure),
						String((failure as Error).stack),
					].join('\n');
					expect(TRACES.filter((trace) => shown.includes(trace))).toEqual([]);
					const last = server.given.at(-1) as Answer | undefined;
					const mistaken = last && misplaced(last, message);
					expect({ message, mistaken }).toEqual({ message, mistaken: undefined });
				}),
				{ numRuns: RUNS, seed: SEED + index, endOnFailure: true },
			);
		},
		TEST_TIMEOUT_MS,
	);
});
