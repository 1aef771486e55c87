import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { resetProcessState } from '../../client/process/processState';
import { greetingAgent } from '../emulator/agents';
import { OLDER_SERVERS } from '../emulator/index.cts';
import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

const SPRING = { ...OLDER_SERVERS.O2, scopeNames: 'new', runFieldNames: 'old' } as const;
const DOCS = readFileSync(join(__dirname, '../../docs/servers.md'), 'utf8');

describe('A server of spring, which calls the fields of runs differently', () => {
	let stage: Stage;
	let agentId: string;

	beforeEach(async () => {
		resetProcessState();
		stage = await setStage();
		({ agentId } = stage.account.createAgent(greetingAgent, { manual: true }));
		Object.assign(stage.emulator.mode, SPRING);
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const asked = (method: string, path: RegExp) =>
		stage.emulator.requests.filter((one) => one.method === method && path.test(one.path));
	const finished = (name: string) => {
		const id = stage.account.startRun(agentId, { name });
		stage.account.setRunStatus(id, 'RUNNING');
		stage.account.finishRun(id, 'COMPLETED', { greeting: [`Hello, ${name}!`] });
		return id;
	};
	const MINUTE = 60_000;
	const at = (minutes: number) => new Date(stage.emulator.clock.now().getTime() + minutes * MINUTE);

	it.each(['get', 'wait'])('reads a run: %s', async (operation) => {
		const id = finished('Ada');
		const { error, items } = await stage.run({ resource: 'run', operation, runId: rl(id) });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			...{ id, outputs: { greeting: 'Hello, Ada!' } },
			...{ cost_cents: expect.any(Number), duration_seconds: expect.any(Number) },
		});
	});

	it('lists runs with their inputs', async () => {
		finished('Ada');
		const { items } = await stage.run({ resource: 'run', operation: 'getMany', simplify: false });
		expect(items[0]?.json).toMatchObject({ inputs: { name: 'Ada' } });
		expect(items[0]?.json).not.toHaveProperty('input_data');
	});

	it('is asked to start nothing, which it would do without the inputs', async () => {
		const items = ['Ada', 'Grace', 'Alan'].map((name) => ({ json: { name } }));
		const inputs = '={{ JSON.stringify({ name: $json.name }) }}';
		const { error } = await stage.run(runAndWait(agentId, inputs), { items });
		expect(error?.message).toContain('too old to start runs');
		expect(error?.description).toContain('Update AutoGPT');
		expect(error?.description).toContain('Nothing was started');
		expect(asked('POST', /\/runs$/)).toEqual([]);
		expect(asked('GET', /openapi/)).toHaveLength(1);
		expect(stage.account.runs()).toEqual([]);
		expect(DOCS).toContain('too old to start runs');
	});

	describe('Run > Get Many by time', () => {
		let ids: string[];

		/** Three runs, an hour apart; the last one was just now. */
		beforeEach(() => {
			ids = ['first', 'second', 'third'].map((name) => {
				stage.emulator.clock.advance(60 * MINUTE);
				return finished(name);
			});
		});

		const list = async (filters: object, more: object = {}) => {
			const parameters = { resource: 'run', operation: 'getMany', returnAll: true };
			const { items, error } = await stage.run({ ...parameters, filters: { ...filters }, ...more });
			expect(error).toBeUndefined();
			return items.map(({ json }) => ids.indexOf(String(json.id)));
		};

		it.each([
			['after', () => ({ createdAfter: at(-90).toISOString() }), [2, 1]],
			['before', () => ({ createdBefore: at(-30).toISOString() }), [1, 0]],
			[
				'between',
				() => ({ createdAfter: at(-90).toISOString(), createdBefore: at(-30).toISOString() }),
				[1],
			],
		])('leaves out what is not %s, which the server does not', async (_, filters, right) => {
			expect(await list(filters())).toEqual(right);
		});

		it('keeps to the limit', async () => {
			const limit = { returnAll: false, limit: 1 };
			expect(await list({ createdBefore: at(-30).toISOString() }, limit)).toEqual([1]);
		});

		it('asks servers that filter for nothing more', async () => {
			Object.assign(stage.emulator.mode, { runFilters: true, runFieldNames: 'new' });
			stage.emulator.requests.length = 0;
			expect(await list({ createdAfter: at(-90).toISOString() })).toEqual([2, 1]);
			expect(asked('GET', /v2\/runs|openapi/)).toHaveLength(1);
		});
	});
});
