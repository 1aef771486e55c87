import { greetingAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';

const list = { resource: 'agent', operation: 'getMany' };

/** The 429 of a server that has not looked at the key yet. */
const unchecked = (seconds: number) => ({
	status: 429,
	headers: { 'Retry-After': String(seconds) },
	body: { error: { code: 'rate_limit_exceeded', message: 'Slow down', details: null } },
});

describe('A rate limit that comes before a key is looked at', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage({ limits: true });
		stage.account.createAgent(greetingAgent);
		// The middle of a minute, so that no window ends during a test.
		const now = stage.emulator.clock.now();
		stage.emulator.clock.skewMs = 5000 - (now.getTime() % 60_000);
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	it('says that possibly the key is wrong, and does not show it again', async () => {
		for (let tries = 0; tries < 5; tries++) {
			const { error } = await stage.run(list, { key: `agpt_wrong_${tries}` });
			expect(error?.message).toBe('AutoGPT did not accept the API key');
		}
		const before = stage.emulator.requests.length;
		const { error } = await stage.run(list, { key: 'agpt_wrong_last' });
		expect(stage.emulator.requests.length - before).toBe(1);
		expect(error?.message).toContain('Possibly the API key is wrong');
		expect(error?.description).toMatch(/for \d+ seconds/);
		expect(error?.failure).toMatchObject({ cause: 'rate-limited' });
	});

	it('is waited out with a key that AutoGPT has taken before', async () => {
		expect((await stage.run(list)).items).toHaveLength(1);
		stage.emulator.faults.add({ times: 2, kind: unchecked(0) });
		const { items, error } = await stage.run(list);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
	});

	it("is kept apart from a limit that is used up, from a gateway's, and from an older server's", async () => {
		const { headers, body } = unchecked(1000);
		const reported = { ...headers, 'X-RateLimit-Remaining': '0' };
		const detail = { detail: 'Too many requests' };
		for (const [kind, message] of [
			[{ status: 429, headers: reported, body }, 'rate limit is used up'],
			[{ status: 429, headers, body: detail }, 'rate limit is used up'],
			[{ status: 429, headers, body: 'busy' }, 'Something between n8n and AutoGPT'],
		] as const) {
			stage.emulator.faults.add({ kind });
			const { error } = await stage.run(list, { key: stage.account.createKey() });
			expect(error?.message).toContain(message);
		}
	});
});
