import { greetingAgent } from './agents';
import { Client } from './client.cts';
import { startEmulator, type Emulator, type Schemas } from './index.cts';

let emulator: Emulator;
let client: Client;
let graphId: string;
let agentId: string;

beforeEach(async () => {
	emulator = await startEmulator();
	client = new Client(emulator, emulator.createAccount({ timezone: 'Europe/Paris' }));
	({ graphId, agentId } = client.account.createAgent(greetingAgent));
});

afterEach(async () => {
	expect(emulator.contractViolations).toEqual([]);
	await emulator.close();
});

const create = (changes: object) =>
	client.post<Schemas['Schedule']>('/schedules', {
		graph_id: graphId,
		name: 'Mornings',
		cron: '30 8 * * mon-fri',
		inputs: { name: 'Ada' },
		...changes,
	});

test('check 29: a bad cron is 400, a bad zone 422, a good one has its offset', async () => {
	for (const cron of ['@daily', '0 30 8 * * *', '61 * * * *', 'soon']) {
		expect((await create({ cron })).status).toBe(400);
	}
	expect((await create({ timezone: 'Mars/Base' })).status).toBe(422);
	const good = await create({ timezone: 'Asia/Kolkata' });
	expect(good.status).toBe(201);
	expect(good.body.next_run_time).toMatch(/T08:30:00\+05:30$/);
	expect((await create({})).body).toMatchObject({ timezone: 'Europe/Paris', graph_version: 1 });
	expect((await create({ inputs: {} })).status).toBe(422);
	expect((await create({ graph_id: agentId })).status).toBe(404);
	expect((await create({ graph_version: 7 })).status).toBe(404);
});

test('the week begins on Monday: ranges of names go no further than Sunday', async () => {
	for (const days of ['sun-tue', 'SAT-mon', 'mon,sun-tue', 'fri-thu/2']) {
		expect((await create({ cron: `0 9 * * ${days}` })).status).toBe(400);
	}
	for (const days of ['sat-sun', 'mon-sun', 'sun,tue,thu,sat', 'MON-fri/2']) {
		expect((await create({ cron: `0 9 * * ${days}` })).status).toBe(201);
	}
});

describe('the first day on which a schedule fires', () => {
	const firesOn = async (days: string) => {
		const { body } = await create({ cron: `0 9 * * ${days}`, timezone: 'UTC' });
		return new Date(body.next_run_time!).getUTCDay();
	};

	beforeEach(() => {
		const now = emulator.clock.now();
		const days = (8 - now.getUTCDay()) % 7;
		const monday = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days, 12);
		emulator.clock.skewMs = monday - now.getTime();
	});

	test.each([
		['1', 1],
		['tue', 2],
		['*/2', 2],
		['0-7', 2],
	])('is right for %s on the newest server', async (days, day) => {
		expect(await firesOn(days)).toBe(day);
	});

	test.each([
		['1', 2],
		['6', 0],
		['tue', 2],
		['1-5', 2],
		['*/2', 3],
		['0-7', 0],
	])('is a day late for numbers on an older one: %s', async (days, day) => {
		emulator.mode.version = 'O3';
		expect(await firesOn(days)).toBe(day);
	});
});

test('a schedule starts runs, paused ones show no next time, deleted ones are gone', async () => {
	const { body } = await create({ cron: '* * * * *' });
	emulator.clock.advance(61_000);
	expect(client.account.runs()).toMatchObject([{ scheduleId: body.id, graphId }]);
	client.account.pauseSchedule(body.id);
	const path = `/schedules?graph_id=${graphId}`;
	const list = await client.get<Schemas['SchedulePage']>(path);
	expect(list.body.items).toMatchObject([{ id: body.id, next_run_time: null }]);
	expect((await client.call('DELETE', `/schedules/${body.id}`)).status).toBe(204);
	expect((await client.call('DELETE', `/schedules/${body.id}`)).status).toBe(404);
});

test('removing the library agent removes its schedules, not the graph', async () => {
	await create({});
	expect((await client.call('DELETE', `/library/agents/${agentId}`)).status).toBe(204);
	expect(client.account.schedules()).toEqual([]);
	expect((await client.get(`/graphs/${graphId}`)).status).toBe(200);
	expect((await client.get(`/graphs/${graphId}/library-agent`)).status).toBe(404);
});
