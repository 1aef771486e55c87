import type { INodeParameters } from 'n8n-workflow';

import { Agents } from '../../client/agents/agents';
import { resetProcessState } from '../../client/process/processState';
import { BLOCK_IDS, crashingAgent, credentialAgent, greetingAgent } from '../emulator/agents';
import type { Account, GraphCreate } from '../emulator/types.cts';
import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';
import { rl } from '../harness/locator.cts';

/** The greeting, of an agent that wants to know the time of the day as well. */
const TIMED: GraphCreate = {
	...greetingAgent,
	nodes: [
		...greetingAgent.nodes,
		{
			id: 'time',
			block_id: BLOCK_IDS.input,
			input_default: { name: 'time', title: 'Time' },
			metadata: {},
		},
	],
};

/** The same, whose input has another name. */
const RENAMED: GraphCreate = {
	...greetingAgent,
	nodes: greetingAgent.nodes.map((node) =>
		node.id === 'name' ? { ...node, input_default: { name: 'who', title: 'Who' } } : node,
	),
};

describe('What executions share of their reads', () => {
	let stage: Stage;
	let account: Account;
	let key: string;
	let agentId: string;
	let graphId: string;

	beforeAll(async () => {
		stage = await setStage();
	});

	beforeEach(() => {
		resetProcessState();
		account = stage.emulator.createAccount();
		key = account.createKey();
		({ agentId, graphId } = account.createAgent(greetingAgent));
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const start = async (inputs: object = { name: 'Ada' }, more: INodeParameters = {}) =>
		await stage.run({ ...runAndWait(agentId, inputs), operation: 'start', ...more }, { key });

	/** Requests that these executions made, by method and last part of the path. */
	const requestsOf = async (work: () => Promise<unknown>) => {
		const before = stage.emulator.requests.length;
		await work();
		return stage.emulator.requests
			.slice(before)
			.map(({ method, path }) => `${method} ${/\/([^/?]+)(?:\?|$)/.exec(path)?.[1] ?? ''}`);
	};

	const change = async (graph: GraphCreate) => {
		const client = await openStageClient({ ...stage, key });
		await client.call('updateGraph', { path: { graph_id: graphId }, body: graph });
	};

	test('an agent that was read a moment ago is started with one request', async () => {
		expect(await requestsOf(start)).toEqual([`GET ${agentId}`, 'GET credentials', 'POST runs']);
		expect(await requestsOf(start)).toEqual(['POST runs']);
	});

	test("a start under the user's own key is judged by new answers", async () => {
		await start();
		const own = async () =>
			await start({ name: 'Ada' }, { options: { idempotencyKey: 'order-1' } });
		expect(await requestsOf(own)).toContain(`GET ${agentId}`);
	});

	test('a run of an attempt before is not held against an agent of today', async () => {
		await start();
		const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
		await change({ ...greetingAgent, description: 'Greets in another way.' });
		stage.emulator.mode.checksInputs = false;
		try {
			// The response to the start of version 2 is lost, and the next attempt takes up its run.
			stage.emulator.faults.add({ path: /runs$/, method: 'POST', kind: { after: 'drop' } });
			const { error } = await stage.run(
				{ ...runAndWait(agentId, { name: 'Ada' }), operation: 'start' },
				{ key, settings },
			);
			expect(error).toBeUndefined();
			expect(account.runs()).toHaveLength(2);
			expect(account.runs().map(({ status }) => status)).not.toContain('TERMINATED');
		} finally {
			stage.emulator.mode.checksInputs = true;
		}
	});

	test('so is a graph', async () => {
		const ofGraph = { resource: 'graph', graphId: rl(graphId) };
		await start({ name: 'Ada' }, ofGraph);
		expect(await requestsOf(async () => await start({ name: 'Ada' }, ofGraph))).toEqual([
			'POST runs',
		]);
	});

	test('it is read again after half a minute', async () => {
		await start();
		const later = performance.now() + 31_000;
		const now = jest.spyOn(Event.prototype, 'timeStamp', 'get').mockImplementation(() => later);
		try {
			expect(await requestsOf(start)).toContain(`GET ${agentId}`);
		} finally {
			now.mockRestore();
		}
	});

	test('executions that begin together read it once, or little more', async () => {
		const many = Array.from({ length: 20 }, async () => await start());
		const requests = await requestsOf(async () => await Promise.all(many));
		expect(requests.filter((one) => one === 'POST runs')).toHaveLength(20);
		expect(requests.filter((one) => one !== 'POST runs').length).toBeLessThanOrEqual(6);
	});

	test('nothing is shared with another key, even under the same credential', async () => {
		await start();
		key = account.createKey();
		expect(await requestsOf(start)).toContain(`GET ${agentId}`);
	});

	test('nothing is shared with another account', async () => {
		await start();
		key = stage.emulator.createAccount().createKey();
		const { error } = await start();
		expect(error?.message).toMatch(/not found|does not exist/i);
		expect(account.runs()).toHaveLength(1);
	});

	test('one who is stopped does not take down those who wait for its answer', async () => {
		stage.emulator.faults.add({ path: new RegExp(`/${agentId}$`), kind: { delayMs: 1_500 } });
		const stop = new AbortController();
		const first = await openStageClient({ ...stage, key });
		const second = await openStageClient({ ...stage, key });
		second.session.acceptKept();
		const stopped = new Agents(first.withSignal(stop.signal)).read(agentId);
		const waiting = new Agents(second).read(agentId);
		stop.abort(new Error('Stop'));
		await expect(stopped).rejects.toThrow();
		expect((await waiting)?.id).toBe(agentId);
	});

	test('one who waits for the answer of another is stopped at once', async () => {
		stage.emulator.faults.add({ path: new RegExp(`/${agentId}$`), kind: { delayMs: 1_500 } });
		const stop = new AbortController();
		const first = await openStageClient({ ...stage, key });
		const second = await openStageClient({ ...stage, key });
		second.session.acceptKept();
		const asking = new Agents(first).read(agentId);
		const began = performance.now();
		const waiting = new Agents(second.withSignal(stop.signal)).read(agentId);
		stop.abort(new Error('Stop'));
		await expect(waiting).rejects.toThrow('Stop');
		expect(performance.now() - began).toBeLessThan(1_000);
		expect((await asking)?.id).toBe(agentId);
	});

	test("what goes wrong for one is not another's failure", async () => {
		stage.emulator.faults.add({ path: new RegExp(`/${agentId}$`), kind: { status: 403 } });
		const clients = [
			await openStageClient({ ...stage, key }),
			await openStageClient({ ...stage, key }),
		];
		const agents = await Promise.all(
			clients.map(async (client) => {
				client.session.acceptKept();
				return (await new Agents(client).read(agentId))?.id;
			}),
		);
		// Who waited took the answer `not readable` of a moment ago; it is not kept for the next one.
		expect(agents[0]).toBeUndefined();
		expect((await new Agents(await openStageClient({ ...stage, key })).read(agentId))?.id).toBe(
			agentId,
		);
	});

	test('the clock of the server is told along, so that a lost start is looked for at its time', async () => {
		stage.emulator.mode.dateOffMs = 3_600_000;
		try {
			await start();
			const client = await openStageClient({ ...stage, key });
			client.session.acceptKept();
			await new Agents(client).read(agentId);
			expect(client.isServerTimeKnown).toBe(true);
			expect(client.serverNow().getTime() - Date.now()).toBeGreaterThan(3_500_000);
		} finally {
			stage.emulator.mode.dateOffMs = 0;
		}
	});

	test('names of what failed are read once for all that fail together', async () => {
		({ agentId } = account.createAgent(crashingAgent));
		await start({});
		const many = Array.from(
			{ length: 12 },
			async () => await start({}, { operation: 'runAndWait' }),
		);
		const requests = await requestsOf(async () => {
			for (const { error } of await Promise.all(many)) expect(error?.message).toContain('failed');
		});
		const names = requests.filter((one) => /^GET (blocks|graphs)$|^GET [\w-]+$/.test(one));
		expect(requests.filter((one) => one === 'POST runs')).toHaveLength(12);
		expect(requests.filter((one) => one === 'GET blocks').length).toBeLessThanOrEqual(3);
		// One read of each run, and little more: the first checks may come before the first ends.
		expect(names.length).toBeLessThanOrEqual(12 + 20);
	});

	test('waits for runs of one graph look up its agent once', async () => {
		const runs = Array.from({ length: 15 }, () => account.startRun(agentId, { name: 'Ada' }));
		const requests = await requestsOf(async () => {
			const waits = runs.map(
				async (run) =>
					await stage.run({ resource: 'run', operation: 'wait', runId: rl(run) }, { key }),
			);
			for (const { items } of await Promise.all(waits)) {
				expect(items[0]?.json).toMatchObject({ agent_name: 'Greeting agent' });
			}
		});
		expect(requests.filter((one) => one === 'GET library-agent').length).toBeLessThanOrEqual(4);
	});

	describe('where an agent was changed meanwhile', () => {
		test('a new required input is asked for, in our own words', async () => {
			await start();
			await change(TIMED);
			const { error } = await start();
			expect(error?.message).toBe("Agent 'Greeting agent' needs: time");
			expect(account.runs()).toHaveLength(1);
		});

		test('what it takes since is not refused', async () => {
			await start();
			await change(TIMED);
			const { error } = await start({ name: 'Ada', time: 'noon' });
			expect(error).toBeUndefined();
			expect(account.runs().at(-1)?.inputs).toEqual({ name: 'Ada', time: 'noon' });
		});

		test('an input with another name is refused in our own words', async () => {
			await start();
			await change(RENAMED);
			const { error } = await start();
			expect(error?.message).toBe("Agent 'Greeting agent' does not take: name. It needs: who");
		});

		test('a new version that takes the same is started, once', async () => {
			await start();
			await change({ ...greetingAgent, description: 'Greets in another way.' });
			const { error, items } = await start({ name: 'Ada' }, { simplify: false });
			expect(error).toBeUndefined();
			expect(items[0]?.json.graph_version).toBe(2);
			expect(account.runs()).toHaveLength(2);
		});

		test('a server that checks no inputs does not go on with a run that lacks some', async () => {
			stage.emulator.mode.checksInputs = false;
			try {
				await start();
				await change(TIMED);
				const { error } = await start();
				expect(error?.message).toBe("Agent 'Greeting agent' needs: time");
				const run = account.runs().at(-1);
				expect(error?.description).toContain(`Its run '${run?.id}' had begun in version 2`);
				expect(error?.description).toContain('was stopped');
				expect(account.runs()).toHaveLength(2);
				// The next execution reads it anew, and starts nothing.
				await start();
				expect(account.runs()).toHaveLength(2);
			} finally {
				stage.emulator.mode.checksInputs = true;
			}
		});

		test('one that is gone from the library is not found', async () => {
			await start();
			const client = await openStageClient({ ...stage, key });
			await client.call('deleteLibraryAgent', { path: { agent_id: agentId } });
			const kept = await start();
			resetProcessState();
			const fresh = await start();
			expect(kept.error?.message).toBe(fresh.error?.message);
			expect(kept.error?.description).toBe(fresh.error?.description);
			expect(account.runs()).toHaveLength(1);
		});

		test('a refusal of another kind stays as AutoGPT said it', async () => {
			await start();
			account.balance = 0;
			const before = stage.emulator.requests.length;
			const { error } = await start();
			expect(error?.message).toMatch(/balance|credit/i);
			expect(stage.emulator.requests.slice(before)).toHaveLength(1);
		});
	});

	describe('where credentials were changed meanwhile', () => {
		beforeEach(() => {
			({ agentId, graphId } = account.createAgent(credentialAgent));
		});

		const ask = async (credentials?: object) =>
			await start(
				{ prompt: 'Hi' },
				{
					simplify: false,
					...(credentials
						? { credentialsMode: 'json', credentialsJson: JSON.stringify(credentials) }
						: {}),
				},
			);

		/** The name of the agent's only credential field. */
		const fieldOf = (run: { json: object } | undefined) => {
			const { credentials_inputs } = run?.json as { credentials_inputs: Record<string, object> };
			return Object.keys(credentials_inputs)[0] ?? '';
		};

		const remove = async (id: string) => {
			const client = await openStageClient({ ...stage, key });
			await client.call('deleteCredential', { path: { credential_id: id } });
		};

		test('the only one that fits is chosen among those that there are now', async () => {
			const old = account.addCredential({ provider: 'openai' });
			const first = await ask();
			expect(first.error).toBeUndefined();
			await remove(old.id);
			const { id } = account.addCredential({ provider: 'openai' });
			const { items, error } = await ask();
			expect(error).toBeUndefined();
			expect(items[0]?.json.credentials_inputs).toMatchObject({ [fieldOf(items[0])]: { id } });
		});

		test('many that choose at the same time share what they choose among', async () => {
			const { id } = account.addCredential({ provider: 'openai' });
			await ask();
			const slow = { kind: { delayMs: 400 }, times: 1_000 } as const;
			stage.emulator.faults.add({ path: /\/credentials/, ...slow });
			const requests = await requestsOf(async () => {
				const many: Array<ReturnType<typeof ask>> = [];
				for (let index = 0; index < 15; index++) {
					many.push(ask());
					await new Promise((resume) => setTimeout(resume, 10));
				}
				for (const { items, error } of await Promise.all(many)) {
					expect(error).toBeUndefined();
					expect(items[0]?.json.credentials_inputs).toMatchObject({ [fieldOf(items[0])]: { id } });
				}
			});
			expect(requests.filter((one) => one === 'GET credentials').length).toBeLessThanOrEqual(8);
		});

		test('one that was removed while another execution read is not chosen', async () => {
			const old = account.addCredential({ provider: 'openai' });
			await ask();
			// The first one still reads when things change.
			stage.emulator.faults.add({ path: /\/credentials/, kind: { delayMs: 400 }, times: 1 });
			const first = ask();
			const isRead = () => stage.emulator.requests.at(-1)?.path.includes('/credentials');
			while (!isRead()) await new Promise((resume) => setTimeout(resume, 5));
			await remove(old.id);
			const { id } = account.addCredential({ provider: 'openai' });
			const { items } = await ask();
			expect(items[0]?.json.credentials_inputs).toMatchObject({ [fieldOf(items[0])]: { id } });
			await first;
		});

		test('of two that fit by now none is chosen', async () => {
			account.addCredential({ provider: 'openai' });
			await ask();
			account.addCredential({ provider: 'openai' });
			const { error } = await ask();
			expect(error?.message).toContain('needs a choice of credential');
			expect(account.runs()).toHaveLength(1);
		});

		test('one that was added is found, though there was none', async () => {
			const { error: lack } = await ask();
			expect(lack?.message).toContain('has no fitting credential');
			account.addCredential({ provider: 'openai' });
			const { error } = await ask();
			expect(error).toBeUndefined();
		});

		test('one that the user chose, and that is there, takes no further request', async () => {
			const { id } = account.addCredential({ provider: 'openai' });
			const { items } = await ask();
			const chosen = { [fieldOf(items[0])]: id };
			await ask(chosen);
			expect(await requestsOf(async () => await ask(chosen))).toEqual(['POST runs']);
		});

		test('one that the user chose, and that is gone, is refused in our own words', async () => {
			const { id } = account.addCredential({ provider: 'openai' });
			const { items } = await ask();
			const chosen = { [fieldOf(items[0])]: id };
			await remove(id);
			const { error } = await ask(chosen);
			expect(error?.message).toContain('cannot use the credential chosen for');
			expect(account.runs()).toHaveLength(1);
		});

		test('one that the user chose, and that was added since, is taken', async () => {
			account.addCredential({ provider: 'openai' });
			const { items } = await ask();
			const { id } = account.addCredential({ provider: 'openai' });
			const { error } = await ask({ [fieldOf(items[0])]: id });
			expect(error).toBeUndefined();
		});
	});
});
