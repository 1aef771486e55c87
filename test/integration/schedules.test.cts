import type { INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { drawScheduleMeaning, openList } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

describe('Schedule', () => {
	let stage: Stage;
	let agent: { agentId: string; graphId: string };

	beforeAll(async () => {
		stage = await setStage();
		agent = stage.account.createAgent(greetingAgent);
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const run = async (parameters: INodeParameters, key?: string) =>
		await stage.run({ resource: 'schedule', ...parameters }, { key });

	const create = async (parameters: INodeParameters = {}, key?: string) =>
		await run(
			{
				operation: 'create',
				agentId: rl(agent.agentId),
				name: 'Morning news',
				inputsMode: 'json',
				inputsJson: '{"name":"Ada"}',
				...parameters,
			},
			key,
		);

	const creations = () =>
		stage.emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.endsWith('/schedules'),
		).length;

	it('gives nothing when there are none', async () => {
		const { items, error } = await run({ operation: 'getMany' });
		expect(error).toBeUndefined();
		expect(items).toEqual([]);
	});

	it('creates one for every weekday at nine unless set otherwise', async () => {
		const { items, error } = await create({ timezone: rl('europe/berlin') });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			name: 'Morning news',
			agent_id: agent.agentId,
			graph_id: agent.graphId,
			graph_version: 1,
			cron: '0 9 * * mon-fri',
			timezone: 'Europe/Berlin',
			inputs: { name: 'Ada' },
		});
		expect(items[0]?.json.next_run_time).toMatch(/T09:00:00\+0[12]:00$/);
	});

	it('says in words when it runs, and when next', async () => {
		const words =
			/^Every weekday at 09:00; next: (Mon|Tue|Wed|Thu|Fri) \d+ \w{3}( \d{4})?, 09:00 Berlin$/;
		const { items, hints } = await create({
			timezone: rl('Europe/Berlin'),
			name: 'In <b>words</b>',
		});
		const [{ json }] = items as [(typeof items)[0]];
		expect(json.when).toMatch(words);
		expect(hints).toEqual([
			expect.objectContaining({
				message: `'In < b>words< /b>': ${String(json.when)}.`,
				type: 'info',
				location: 'outputPane',
			}),
		]);
		const got = await run({ operation: 'get', scheduleId: rl(String(json.id)) });
		expect(got.items[0]?.json.when).toBe(json.when);
		const listed = await run({ operation: 'getMany', returnAll: true });
		expect(listed.items.find(({ json: { id } }) => id === json.id)?.json.when).toBe(json.when);
		const entries = await openList(stage, 'searchSchedules');
		expect(entries.map(({ name }) => name)).toContain(
			'In <b>words</b> (every weekday at 09:00, Europe/Berlin)',
		);
	});

	it('has no hint for each of many', async () => {
		const { items, hints } = await stage.run(
			{
				resource: 'schedule',
				operation: 'create',
				agentId: rl(agent.agentId),
				name: '={{ $json.name }}',
				inputsMode: 'json',
				inputsJson: '{"name":"Ada"}',
			},
			{ items: [{ json: { name: 'One' } }, { json: { name: 'Two' } }] },
		);
		expect(items.map(({ json }) => json.when)).toHaveLength(2);
		expect(hints).toEqual([]);
	});

	it.each([
		['everyHour', '08:15', '15 * * * *'],
		['everyDay', '18:05', '5 18 * * *'],
		['everyMonday', '7:30', '30 7 * * mon'],
		['everyMonth', '00:00', '0 0 1 * *'],
		['everyFewHours', '09:30', '30 1,5,9,13,17,21 * * *'],
		['onDays', '09:00', '0 9 * * mon'],
	])('knows the rhythm %s', async (rhythm, time, cron) => {
		const { items } = await create({ rhythm, time });
		expect(items[0]?.json).toMatchObject({ cron, timezone: 'UTC' });
	});

	it.each([
		[['mon', 'thu'], '0 9 * * mon,thu'],
		[['sun', 'fri', 'mon'], '0 9 * * mon,fri,sun'],
		['={{ ["sat", "sun"] }}', '0 9 * * sat,sun'],
		['={{ "Tuesday, THU" }}', '0 9 * * tue,thu'],
		[['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], '0 9 * * *'],
	])('runs on certain days: %j', async (days, cron) => {
		const { items, error } = await create({ rhythm: 'onDays', days });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ cron });
	});

	it.each([
		[2, '01:05', '5 1,3,5,7,9,11,13,15,17,19,21,23 * * *'],
		[12, '08:00', '0 8,20 * * *'],
		['={{ "6" }}', '23:00', '0 5,11,17,23 * * *'],
	])('runs every few hours: %s', async (hours, time, cron) => {
		const { items, error } = await create({ rhythm: 'everyFewHours', hours, time });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ cron });
	});

	it('takes a cron expression', async () => {
		const { items } = await create({ rhythm: 'custom', cron: ' */15  8-18 * *   mon-fri ' });
		expect(items[0]?.json).toMatchObject({ cron: '*/15 8-18 * * mon-fri' });
		const byNumber = await create({ rhythm: 'custom', cron: '0 9 * * 1,5-7' });
		expect(byNumber.items[0]?.json).toMatchObject({ cron: '0 9 * * mon,fri,sat,sun' });
		const bySteps = await create({ rhythm: 'custom', cron: '0 9 * * */2' });
		expect(bySteps.items[0]?.json).toMatchObject({ cron: '0 9 * * sun,tue,thu,sat' });
	});

	it.each(['*/2', '1-3', '0-7'])('fires on the same days on an older server: %s', async (days) => {
		const nextOf = async () => {
			const { items } = await create({ rhythm: 'custom', cron: `0 9 * * ${days}` });
			return items[0]?.json.next_run_time;
		};
		const newest = await nextOf();
		stage.emulator.mode.version = 'O3';
		const older = await nextOf();
		stage.emulator.mode.version = 'N';
		expect(older).toBe(newest);
	});

	it.each([
		[{ rhythm: 'custom', cron: '0 9 * * sun-tue' }, 'goes past Sunday'],
		[{ rhythm: 'custom', cron: '@daily' }, 'macros'],
		[{ rhythm: 'custom', cron: '0 0 9 * * 1' }, 'has 6 fields'],
		[{ rhythm: 'custom', cron: '={{ "" }}' }, "'Cron Expression' is empty"],
		[{ time: '25:00' }, "'Time' is '25:00'"],
		[{ time: '={{ "" }}' }, "'Time' is empty"],
		[{ rhythm: 'onDays', days: '={{ [] }}' }, "'Days' is empty"],
		[{ rhythm: 'onDays', days: '={{ $json.none }}' }, "'Days' is empty"],
		[{ rhythm: 'onDays', days: '={{ "mon, noday" }}' }, "'Days' has 'noday'"],
		[{ rhythm: 'everyFewHours', hours: '={{ 5 }}' }, "'Hours Between Runs' is '5'"],
		[{ rhythm: 'everyFewHours', hours: '={{ $json.none }}' }, "'Hours Between Runs' is ''"],
		[{ timezone: rl('Mars/Base') }, "There is no timezone 'Mars/Base'"],
		[{ name: '={{ "" }}' }, "'Name' is empty"],
		[{ agentId: rl('nobody') }, "agent 'nobody' was not found"],
		[{ inputsJson: '{"nmae":"Ada"}' }, 'nmae'],
	])('creates nothing from %j', async (parameters, message) => {
		const before = stage.account.schedules().length;
		const { error } = await create(parameters as INodeParameters);
		expect(error?.message).toContain(message);
		expect(stage.account.schedules()).toHaveLength(before);
	});

	it('asks once, and reads whether the schedule is there when that is unknown', async () => {
		const fault = { method: 'POST', path: /schedules/ };
		const before = creations();
		stage.emulator.faults.add({ ...fault, kind: { after: 'drop' } });
		const good = await create({ name: 'Lost answer', timezone: rl('UTC') });
		expect(good.error).toBeUndefined();
		const made = stage.account.schedules().filter(({ name }) => name === 'Lost answer');
		expect(made.map(({ id }) => id)).toEqual([good.items[0]?.json.id]);
		stage.emulator.faults.add({ ...fault, kind: { status: 503 } });
		const bad = await create({ name: 'Never there' });
		expect(bad.error?.description).toContain('was not created');
		expect(creations() - before).toBe(2);
	});

	it('lists, by agent too, reads and deletes', async () => {
		const other = stage.account.createAgent(greetingAgent);
		const { items: created } = await create({ agentId: rl(other.agentId), name: 'Other' });
		const id = String(created[0]?.json.id);
		const ofAgent = await run({
			operation: 'getMany',
			filters: { agentId: rl(other.agentId) },
		});
		expect(ofAgent.items.map(({ json }) => json.id)).toEqual([id]);
		expect((await run({ operation: 'getMany', limit: 2 })).items).toHaveLength(2);
		const got = await run({ operation: 'get', scheduleId: rl(id) });
		expect(got.items[0]?.json).toMatchObject({ id, name: 'Other' });
		const deleted = await run({ operation: 'delete', scheduleId: rl(id) });
		expect(deleted.items[0]?.json).toEqual({ deleted: true, id });
		expect(stage.account.schedules().some((schedule) => schedule.id === id)).toBe(false);
	});

	it.each(['get', 'delete'])('names a schedule that is not there: %s', async (operation) => {
		const { error } = await run({ operation, scheduleId: rl('nowhere') });
		expect(error?.message).toBe("The schedule 'nowhere' was not found");
	});

	it.each([
		['getMany', ['IDENTITY'], 'READ_SCHEDULE'],
		['get', ['IDENTITY'], 'READ_SCHEDULE'],
		['delete', ['READ_SCHEDULE'], 'WRITE_SCHEDULE'],
		['create', ['WRITE_SCHEDULE', 'READ_LIBRARY'], 'RUN_AGENT'],
		['create', ['WRITE_SCHEDULE', 'RUN_AGENT'], 'READ_LIBRARY'],
	] as const)('names the permission: %s with %j', async (operation, scopes, needed) => {
		const key = stage.account.createKey({ scopes: [...scopes] });
		const { error } =
			operation === 'create'
				? await create({}, key)
				: await run({ operation, scheduleId: rl('x') }, key);
		expect(error?.message).toContain(needed);
	});

	describe('When It Runs, in the editor', () => {
		const meaningOf = async (parameters: INodeParameters, key?: string) => {
			const fields = { rhythm: 'everyWeekday', time: '09:00', timezone: rl('Europe/Berlin') };
			const form = await drawScheduleMeaning(stage, { ...fields, ...parameters }, key);
			expect(form.fields).toEqual([]);
			return form.emptyFieldsNotice;
		};

		it.each([
			[{}, /^Every weekday at 09:00; next: \w{3} \d+ \w{3}( \d{4})?, 09:00 Berlin\.$/],
			[
				{ rhythm: 'onDays', days: ['thu', 'mon'], timezone: rl('') },
				/^On Mondays and Thursdays at 09:00; next: (Mon|Thu) .*, 09:00 UTC\.$/,
			],
			[
				{ rhythm: 'everyFewHours', hours: 8 },
				/^Every 8 hours from 01:00 to 17:00; next: .*, (01|09|17):00 Berlin\.$/,
			],
			[
				{ rhythm: 'custom', cron: '0 9 1 * mon' },
				/^By the cron expression 0 9 1 \* mon \(Europe\/Berlin\)\.$/,
			],
			[{ rhythm: 'onDays', days: [] }, /^&#39;Days&#39; is empty\. /],
			[{ time: '<b>9' }, /^&#39;Time&#39; is &#39;&#60;b&#62;9&#39;\. /],
			[{ timezone: rl('Mars/Base') }, /^There is no timezone /],
			[{ time: '={{ $json.time }}' }, /^An expression decides when it runs/],
			[{ timezone: rl('={{ $json.zone }}') }, /^An expression decides when it runs/],
		])('says what %j means', async (parameters, words) => {
			expect(await meaningOf(parameters as INodeParameters)).toMatch(words);
		});

		it('asks for nothing but the timezone of the account, and does without', async () => {
			const before = stage.emulator.requests.length;
			await meaningOf({});
			expect(stage.emulator.requests).toHaveLength(before);
			const key = stage.account.createKey({ scopes: ['READ_SCHEDULE'] });
			expect(await meaningOf({ timezone: rl('') }, key)).toBe(
				'Every weekday at 09:00, in the timezone of your AutoGPT account.',
			);
		});

		it('tells the next run that AutoGPT plans', async () => {
			for (const [rhythm, more] of [
				['everyMonth', {}],
				['onDays', { days: ['sun', 'wed'] }],
				['everyFewHours', { hours: 6 }],
			] as const) {
				const fields = { rhythm, ...more, timezone: rl('America/New_York') } as INodeParameters;
				const meant = await meaningOf(fields);
				const { items } = await create(fields);
				expect(`${String(items[0]?.json.when)}.`).toBe(meant);
			}
		});
	});
});
