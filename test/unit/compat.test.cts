import type { INode, JsonObject } from 'n8n-workflow';

import { requireSupportedN8n } from '../../client/compat/floor.ts';
import { pollBudgetMs } from '../../client/compat/pollBudget.ts';
import { networkCode } from '../../client/errors/network.ts';
import { isToolExecution } from '../../client/compat/toolExecution.ts';

type N8nWorkflow = typeof import('n8n-workflow');

const NODE: INode = {
	id: '1',
	name: 'AutoGPT',
	type: 'n8n-nodes-autogpt.autoGpt',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** n8n's `sleep` as it was before 2.34: it knows of no signal. */
async function deafSleep(ms: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Loads a module of the pack in an n8n that differs from today's as told. */
async function loadIn<T>(
	change: (today: N8nWorkflow) => Partial<N8nWorkflow>,
	load: () => Promise<T>,
): Promise<T> {
	const today = jest.requireActual<N8nWorkflow>('n8n-workflow');
	let loaded: T | undefined;
	await jest.isolateModulesAsync(async () => {
		jest.doMock('n8n-workflow', () => ({ ...today, ...change(today) }));
		loaded = await load();
	});
	jest.dontMock('n8n-workflow');
	if (loaded === undefined) throw new Error('Nothing was loaded.');
	return loaded;
}

describe.each([
	['before 2.34', () => ({ sleep: deafSleep })],
	['of today', () => ({})],
])('A wait in an n8n %s', (_, change) => {
	const LONG_MS = 60_000;
	let sleep: typeof import('../../client/compat/sleep.ts').sleep;

	beforeAll(async () => {
		({ sleep } = await loadIn(change, async () => await import('../../client/compat/sleep.ts')));
	});

	test('ends at once when the signal fires, with its reason', async () => {
		const stop = new AbortController();
		const began = Date.now();
		const wait = sleep(LONG_MS, stop.signal);
		stop.abort(new Error('stopped by a person'));
		await expect(wait).rejects.toThrow('stopped by a person');
		expect(Date.now() - began).toBeLessThan(LONG_MS / 2);
	});

	test('does not begin when the signal has fired before', async () => {
		await expect(sleep(LONG_MS, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
	});

	test('fails with an error also for a reason that is none', async () => {
		const stop = new AbortController();
		const wait = sleep(LONG_MS, stop.signal);
		stop.abort('over');
		await expect(wait).rejects.toBeInstanceOf(Error);
	});

	test.each([undefined, new AbortController().signal])(
		'lasts its time, signal %#',
		async (signal) => {
			const began = performance.now();
			await sleep(30, signal);
			expect(performance.now() - began).toBeGreaterThanOrEqual(29);
		},
	);

	test('leaves nothing at the signal', async () => {
		const { signal } = new AbortController();
		const listening = new Set<unknown>();
		const add = signal.addEventListener.bind(signal);
		const remove = signal.removeEventListener.bind(signal);
		signal.addEventListener = (type: string, listener: EventListener, options?: object) => {
			listening.add(listener);
			add(type, listener, options);
		};
		signal.removeEventListener = (type: string, listener: EventListener) => {
			listening.delete(listener);
			remove(type, listener);
		};
		await sleep(1, signal);
		expect(listening.size).toBe(0);
	});
});

describe('Why a request failed', () => {
	/** n8n's errors as they were before 2.37: the option `failure` is dropped. */
	const older = ({ NodeApiError }: N8nWorkflow): Partial<N8nWorkflow> => ({
		NodeApiError: class extends NodeApiError {
			constructor(...[node, response, options]: ConstructorParameters<typeof NodeApiError>) {
				super(node, response, { ...options, failure: undefined });
			}
		},
	});

	test.each([
		['before 2.37', older],
		['of today', () => ({})],
	])('is kept in an n8n %s', async (_, change) => {
		const { PlatformError, mayPass } = await loadIn(
			change,
			async () => await import('../../client/errors/platformError.ts'),
		);
		const fault = { message: 'Busy', description: 'Later.', outcome: 'refused' } as const;
		const failure = { cause: 'rate-limited', retryAfterMs: 3 } as const;
		const error = new PlatformError(NODE, { ...fault, failure });
		expect(error.failure).toEqual(failure);
		expect(error.copyFor(NODE).failure).toEqual(failure);
		expect(mayPass(error)).toBe(true);
		expect(mayPass(new PlatformError(NODE, fault))).toBe(false);
	});
});

describe('The code of a request that got no answer', () => {
	/** What n8n throws for a request that failed: the HTTP client's error, wrapped. */
	async function wrapped(failure: object, keepsCause: boolean) {
		const { NodeApiError } = jest.requireActual<N8nWorkflow>('n8n-workflow');
		const cause = Object.assign(new Error('read failed'), failure);
		const error = new NodeApiError(NODE, cause as unknown as JsonObject);
		if (!keepsCause) error.cause = undefined;
		return await Promise.resolve(error);
	}

	const codes = [
		[{ code: 'ECONNRESET' }, 'ECONNRESET'],
		[{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
		[{ code: 'ERR_BAD_RESPONSE', status: 200 }, 'ERR_BAD_RESPONSE'],
		[{}, ''],
	] as const;

	test.each(codes)('%p is found where n8n keeps the cause', async (failure, code) => {
		expect(networkCode(await wrapped(failure, true))).toBe(code);
	});

	test.each(codes)('%p is found in an n8n before 2.37, which loses it', async (failure, code) => {
		expect(networkCode(await wrapped(failure, false))).toBe(code);
	});

	test('is not that of an answer', async () => {
		expect(networkCode(await wrapped({ status: 404 }, false))).toBe('');
	});
});

describe('Whether an AI agent calls the node', () => {
	test.each([
		['an n8n that says so', { isToolExecution: (): boolean => true }, true],
		['an n8n that says no', { isToolExecution: (): boolean => false, cloneWith: () => {} }, false],
		["n8n before 2.3, in an agent's own context", { cloneWith: () => {} }, true],
		['n8n before 2.3, in a workflow', {}, false],
	])('%s', (_, functions, expected) => {
		expect(isToolExecution(functions)).toBe(expected);
	});
});

describe('How long a poll may take', () => {
	test('is what n8n says', () => {
		expect(pollBudgetMs({ getPollBudgetMs: () => 5 })).toBe(5);
	});

	test('is unknown before 2.38', () => {
		expect(pollBudgetMs({})).toBeUndefined();
	});
});

describe('The oldest n8n', () => {
	test('is taken when it has all that is needed', () => {
		expect(() => requireSupportedN8n({ helpers: { refreshOAuth2Token: () => {} } })).not.toThrow();
	});

	test('is named in one sentence where something is missing', () => {
		expect(() => requireSupportedN8n({ helpers: { httpRequest: () => {} } })).toThrow(
			/^This version of the AutoGPT nodes needs n8n 1\.123 or newer$/,
		);
	});
});
