import type { INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import type { FaultKind } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';

const continues = { onError: 'continueRegularOutput' as const };

describe('What the user reads when a run cannot be had', () => {
	let stage: Stage;
	let agentId: string;

	beforeAll(async () => {
		stage = await setStage();
		agentId = stage.account.createAgent(greetingAgent).agentId;
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	/** Runs three items of which the second one is bad, and gives its failure. */
	async function secondFails(bad: unknown, badAgent = agentId) {
		const good = JSON.stringify({ name: 'Ada' });
		const { items, error } = await stage.run(
			{
				...runAndWait(agentId, '={{ $json.inputs }}'),
				agentId: rl('={{ $json.agent }}'),
			},
			{
				items: [
					{ json: { agent: agentId, inputs: good } },
					{
						json: { agent: badAgent, inputs: typeof bad === 'string' ? bad : JSON.stringify(bad) },
					},
					{ json: { agent: agentId, inputs: good } },
				],
				settings: continues,
			},
		);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
		expect(items[2]?.json).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
		return { ...failureOf(items[1]), item: items[1] };
	}

	it('names an agent that is unknown, on the item it belongs to', async () => {
		const failure = await secondFails({ name: 'Ada' }, 'nobody');
		expect(failure).toMatchObject({ status: 404 });
		expect(failure.message).toContain("agent 'nobody' was not found");
		expect(failure.item?.json).not.toHaveProperty('error');
	});

	it('names missing and unknown inputs together', async () => {
		const failure = await secondFails({ nmae: 'Ada' });
		expect(failure.message).toContain('nmae');
		expect(failure.message).toContain('name');
	});

	it('says what is wrong with JSON', async () => {
		expect((await secondFails('{"name": Ada}')).message).toBe("'Inputs' is not valid JSON");
		expect((await secondFails('[1]')).message).toBe("'Inputs' is not a JSON object");
	});

	it.each([
		['RUN_AGENT', ['IDENTITY', 'READ_LIBRARY', 'READ_RUN']],
		['READ_RUN', ['IDENTITY', 'READ_LIBRARY', 'RUN_AGENT']],
	] as const)('names the permission %s when the key lacks it', async (scope, scopes) => {
		const key = stage.account.createKey({ scopes: [...scopes] });
		const { error } = await stage.run(runAndWait(agentId, { name: 'Ada' }), { key });
		expect(error?.message).toContain(scope);
		expect(error?.description).toContain('settings/api-keys');
	});

	it('recognises a wrong key', async () => {
		const { error } = await stage.run(runAndWait(agentId, { name: 'Ada' }), {
			key: 'agpt_wrong_key_000',
		});
		expect(error?.message).toBe('AutoGPT did not accept the API key');
		expect(error?.failure).toEqual({ cause: 'credential-invalid' });
		expect(error?.context).toMatchObject({ itemIndex: 0 });
	});

	it('presents a wrong key once, not twice', async () => {
		const before = stage.emulator.requests.length;
		await stage.run({ resource: 'agent', operation: 'getMany' }, { key: 'agpt_wrong_key_111' });
		expect(stage.emulator.requests.length - before).toBe(1);
	});

	it.each<[string, FaultKind]>([
		['a page of a proxy', { html: 502 }],
		['a lost response', { after: 'drop' }],
		['half an answer', { truncated: 201 }],
	])('does not have n8n repeat a write that may have happened: %s', async (_, kind) => {
		stage.emulator.faults.add({ method: 'POST', path: /fork/, kind });
		stage.emulator.requests.length = 0;
		const other = stage.emulator.createAccount();
		const original = other.createAgent(greetingAgent).agentId;
		const duplicate = rl(original);
		const { items } = await stage.run(
			{ resource: 'agent', operation: 'duplicate', agentId: duplicate },
			{
				key: other.createKey(),
				settings: { ...continues, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
			},
		);
		expect(failureOf(items[0]).description).toContain('look in AutoGPT before you retry');
		expect(items[0]?.json).not.toHaveProperty('error');
		const sent = stage.emulator.requests.filter(({ path }) => path.endsWith('/fork'));
		expect(sent).toHaveLength(1);
	});

	it('waits out a rate limit', async () => {
		stage.emulator.faults.add({
			method: 'POST',
			times: 2,
			kind: {
				status: 429,
				headers: { 'Retry-After': '0', 'X-RateLimit-Remaining': '9' },
				body: { error: { code: 'rate_limit_exceeded', message: 'Slow down', details: null } },
			},
		});
		const { items } = await stage.run(runAndWait(agentId, { name: 'Ada' }));
		expect(items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
	});

	it('tells n8n how long a rate limit lasts, as something to be retried', async () => {
		stage.emulator.faults.add({
			method: 'POST',
			times: 100,
			kind: {
				status: 429,
				headers: { 'Retry-After': '1000', 'X-RateLimit-Remaining': '9' },
				body: { error: { code: 'rate_limit_exceeded', message: 'Slow down', details: null } },
			},
		});
		const { items } = await stage.run(runAndWait(agentId, { name: 'Ada' }), {
			settings: continues,
		});
		expect(failureOf(items[0])).toMatchObject({ status: 429 });
		expect(items[0]?.json).toMatchObject({ error: failureOf(items[0]).message });
	});

	it('sends failed items to the error output, with what to do', async () => {
		const { items, errorItems } = await stage.run(runAndWait(agentId, '={{ $json.inputs }}'), {
			items: [{ json: { inputs: '{"name":"Ada"}' } }, { json: { inputs: '{oops' } }],
			settings: { onError: 'continueErrorOutput' },
		});
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(errorItems.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
		expect(errorItems[0]?.json.error).toMatchObject({
			message: expect.stringContaining("'Inputs' is not valid JSON") as string,
			description: expect.stringContaining('double quotes') as string,
		});
	});

	it.each([
		['HTML instead of JSON', { html: 200 }, 'A page that is not JSON came back'],
		['an empty body', { empty: 200 }, 'An empty response came back'],
		[
			'a redirect',
			{ redirect: 'https://login.example.org/' },
			'A redirect to https://login.example.org/',
		],
		['an HTML 404', { html: 404 }, 'Nothing was found'],
	] as const)('takes %s for a wrong address', async (_, kind, message) => {
		stage.emulator.faults.add({ method: 'GET', times: 10, kind });
		const { error } = await stage.run({ resource: 'agent', operation: 'getMany', simplify: true });
		expect(error?.message).toContain(message);
		expect(error?.message).toContain(stage.emulator.baseUrl);
		expect(error?.description).toContain('Base URL');
	});

	it('says so when only the beginning of an answer comes', async () => {
		const tries = async (parameters: INodeParameters) => {
			const before = stage.emulator.requests.length;
			const { error } = await stage.run(parameters);
			expect(stage.emulator.requests.length - before).toBe(1);
			expect(error?.message).toContain('broke off before its end');
			return error?.description;
		};
		stage.emulator.faults.add({ method: 'GET', kind: { halved: 200 } });
		expect(await tries({ resource: 'agent', operation: 'getMany' })).toContain(
			'nothing has changed: execute the node again',
		);
		const create = { resource: 'folder', operation: 'create', name: 'Once' };
		for (const kind of [{ halved: 201 }, { truncated: 201 }]) {
			stage.emulator.faults.add({ method: 'POST', kind });
			expect(await tries(create)).toContain('look in AutoGPT before you retry');
		}
	});

	it('reads again when the connection ends within an answer', async () => {
		stage.emulator.faults.add({ method: 'GET', kind: { truncated: 200 } });
		const { items } = await stage.run({ resource: 'agent', operation: 'getMany', simplify: true });
		expect(items[0]?.json).toMatchObject({ id: agentId });
	});

	it.each(['truncated', 'halved'])('starts one run when the answer is %s', async (fault) => {
		const before = stage.account.runs().length;
		const kind = fault === 'halved' ? { halved: 202 } : { truncated: 202 };
		stage.emulator.faults.add({ method: 'POST', path: /runs|run$/, kind });
		const { items, error } = await stage.run(runAndWait(agentId, { name: 'Ada' }));
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ outputs: { greeting: 'Hello, Ada!' } });
		expect(stage.account.runs().length - before).toBe(1);
	});

	it('reads again after a passing outage', async () => {
		stage.emulator.faults.add({ method: 'GET', times: 2, kind: { before: 'drop' } });
		const { items } = await stage.run({ resource: 'agent', operation: 'getMany', simplify: true });
		expect(items[0]?.json).toMatchObject({ id: agentId });
	});

	it('does not repeat a delete whose answer was lost', async () => {
		const runId = stage.account.startRun(agentId, { name: 'Ada' });
		stage.emulator.faults.add({ method: 'DELETE', kind: { after: 'drop' } });
		const before = stage.emulator.requests.length;
		const { error } = await stage.run({
			resource: 'run',
			operation: 'delete',
			runId: rl(runId),
		});
		expect(stage.emulator.requests.length - before).toBe(1);
		expect(error?.description).toContain('may have arrived');
	});

	it('names the address when nothing listens there', async () => {
		const { error } = await stage.run(
			{ resource: 'agent', operation: 'getMany' },
			{ credential: { apiKey: 'agpt_x', baseUrl: 'http://127.0.0.1:9' } },
		);
		expect(error?.message).toContain('nothing listens there');
	}, 30_000);
});
