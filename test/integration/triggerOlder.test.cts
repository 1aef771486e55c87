import { greetingAgent } from '../emulator/agents';
import { OLDER_SERVERS } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { setTrigger, type TestTrigger } from '../harness/poll.cts';

const MINUTE_MS = 60_000;

describe('AutoGPT Trigger, where the server ignores the filters of runs', () => {
	let stage: Stage;
	let agentId: string;

	beforeEach(async () => {
		stage = await setStage({ mode: { ...OLDER_SERVERS.O2, scopeNames: 'new' } });
		({ agentId } = stage.account.createAgent(greetingAgent, { manual: true }));
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	function trigger(): TestTrigger {
		return setTrigger({
			credential: { apiKey: stage.key, baseUrl: stage.emulator.baseUrl },
			parameters: { events: ['runStarted', 'runFinished'], options: { output: 'slim' } },
		});
	}

	const names = (items: Array<{ json: object }>) =>
		items.map(
			({ json }) => `${String(Reflect.get(json, 'event'))} ${String(Reflect.get(json, 'id'))}`,
		);

	function finished(count: number): string[] {
		return Array.from({ length: count }, () => {
			const id = stage.account.startRun(agentId);
			stage.account.finishRun(id, 'FAILED');
			return id;
		});
	}

	it('starts for no old run, however long it polls', async () => {
		finished(3);
		stage.emulator.clock.advance(120 * MINUTE_MS);
		finished(2);
		const node = trigger();
		for (let poll = 0; poll < 6; poll++) {
			expect(names(await node.poll())).toEqual([]);
			stage.emulator.clock.advance(7 * MINUTE_MS);
		}
	});

	it('starts once for each new run', async () => {
		finished(3);
		const open = stage.account.startRun(agentId);
		const node = trigger();
		await node.poll();
		stage.emulator.clock.advance(30 * MINUTE_MS);
		await node.poll();
		const [short = ''] = finished(1);
		stage.account.finishRun(open, 'FAILED');
		const items = names(await node.poll());
		expect([...items].sort()).toEqual(
			[`run.finished ${open}`, `run.finished ${short}`, `run.started ${short}`].sort(),
		);
		for (let poll = 0; poll < 4; poll++) {
			stage.emulator.clock.advance(7 * MINUTE_MS);
			expect(names(await node.poll())).toEqual([]);
		}
	});
});
