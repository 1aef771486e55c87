import type { INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { runAndWait, setStage } from '../harness/account.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { CONTINUE, itemsOf, until, wait, useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

describe('Stop in n8n', () => {
	const use = useWaitingStage();
	const { asked, started } = use;

	describe('while runs are waited for', () => {
		const isLookedAt = () => asked('GET', /\/runs/).length > 0;

		test('ends the waiting at once and leaves the runs alone', async () => {
			const run = started();
			await use.stage.run(wait(), { items: itemsOf(run, started()), cancelWhen: isLookedAt });
			const count = use.stage.emulator.requests.length;
			await new Promise((resume) => setTimeout(resume, 300));
			expect(use.stage.emulator.requests).toHaveLength(count);
			expect(use.stage.account.run(run).status).toBe('RUNNING');
		});

		test('also stops the runs for items that ask for it', async () => {
			const runs = [started(), started()];
			await use.stage.run(wait({ stopRunsOnCancel: '={{ $itemIndex === 0 }}' }), {
				items: itemsOf(...runs),
				cancelWhen: isLookedAt,
			});
			const [first = '', second = ''] = runs;
			await until(() => use.stage.account.run(first).status === 'TERMINATED');
			expect(use.stage.account.run(second).status).toBe('RUNNING');
		});
	});

	test('does not wait for the description of the server, and nothing is sent after it', async () => {
		// A server with rate limits is asked for its description only once a start is in doubt.
		const stage = await setStage({ limits: true });
		const { account, emulator } = stage;
		const sent = (method: string, path: RegExp) =>
			emulator.requests.filter((one) => one.method === method && path.test(one.path));
		try {
			const { agentId } = account.createAgent(greetingAgent);
			const startPath = { method: 'POST', path: /\/runs$/ };
			emulator.faults.add({ ...startPath, kind: { after: 'drop' }, times: 9 });
			emulator.faults.add({ path: /openapi/, kind: { delayMs: 30_000 }, times: 9 });
			const began = Date.now();
			await stage.run(runAndWait(agentId, '{ "name": "Ada" }'), {
				cancelWhen: () => sent('GET', /openapi/).length > 0,
			});
			expect(Date.now() - began).toBeLessThan(10_000);
			const count = emulator.requests.length;
			await new Promise((resume) => setTimeout(resume, 1_000));
			expect(emulator.requests).toHaveLength(count);
			expect(sent('POST', /\/runs$/)).toHaveLength(1);
		} finally {
			await emulator.close();
		}
	});

	describe('while runs are being started', () => {
		const names = ['Ada', 'Bo', 'Cy', 'Di'].map((name) => ({ json: { name } }));
		const starts = () => asked('POST', /\/library\/agents\/[\w-]+\/runs$/);

		/** Presses Stop while the second start is under way. */
		const startThem = async (options: INodeParameters) => {
			use.stage.emulator.mode.startTakesMs = 600;
			await use.stage.run(
				runAndWait(use.agentId, '={{ { "name": $json.name } }}', { startsAtOnce: 1, ...options }),
				{ items: names, cancelWhen: () => starts().length === 2, ...CONTINUE },
			);
			await until(() => starts().every(({ status }) => status !== 0));
			return starts().length;
		};

		test('starts no further run', async () => {
			expect(await startThem({})).toBe(2);
		});

		test('also stops those started where items ask for it, each once', async () => {
			const before = new Set(use.stage.account.runs().map(({ id }) => id));
			expect(await startThem({ stopRunsOnCancel: true })).toBe(2);
			const stops = asked('POST', /\/stop$/);
			await until(() => stops.every(({ status }) => status !== 0));
			expect(stops.map(({ status }) => status)).toEqual([202]);
			const begun = use.stage.account.runs().filter(({ id }) => !before.has(id));
			const stopped = begun.filter(({ status }) => status === 'TERMINATED');
			expect(stops[0]?.path).toContain(stopped[0]?.id);
		});
	});
});
