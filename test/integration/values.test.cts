import type { INodeParameters } from 'n8n-workflow';

import { World } from '../operations/index.cts';
import { greetingAgent } from '../emulator/agents';
import { startEmulator, type Emulator, type Scope } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';

const id = rl('some-id');
const SWITCH = '={{ $json.value }}';

describe('Values that operations take', () => {
	let emulator: Emulator;
	let world: World;

	beforeEach(async () => {
		emulator = await startEmulator({ limits: false, mode: { rateLimitHeaders: false } });
		world = new World(emulator);
	});

	afterEach(async () => {
		expect(emulator.contractViolations).toEqual([]);
		await emulator.close();
	});

	const host = { kind: 'hostScoped', provider: 'http', host: 'example.com' };

	it.each<[string, INodeParameters, string]>([
		['folder.update', { folderId: id, updateFields: {} }, 'There is nothing to update'],
		['agent.update', { agentId: id, updateFields: {} }, 'There is nothing to update'],
		['marketplaceProfile.update', {}, 'There is nothing to update'],
		[
			'agent.update',
			{ agentId: id, updateFields: { folderId: rl('={{ "" }}') } },
			"'Folder' is empty",
		],
		[
			'run.getMany',
			{ filters: { agentId: id, graphId: id } },
			"'Agent' and 'Graph' exclude each other",
		],
		[
			'schedule.getMany',
			{ filters: { agentId: id, graphId: id } },
			"'Agent' and 'Graph' exclude each other",
		],
		['run.getMany', { filters: { graphId: rl('={{ "" }}') } }, "'Graph' is empty"],
		...['={{ "" }}', '={{ null }}', '={{ undefined }}', '={{ " " }}', '={{ [null] }}'].flatMap<
			[string, INodeParameters, string]
		>((nothing) => [
			['run.getMany', { limit: nothing }, "'Limit' is not a whole number from 1 on"],
			['run.getMany', { filters: { createdAfter: nothing } }, "'Created After' returns nothing"],
			['run.getMany', { filters: { statuses: nothing } }, "'Statuses' returns nothing"],
			['file.getMany', { filters: { name: nothing } }, "'Name Contains' returns nothing"],
			['credit.getCostSummary', { options: { since: nothing } }, "'Since' returns nothing"],
			['graph.get', { graphId: id, options: { version: nothing } }, "'Version' returns nothing"],
		]),
		['run.getMany', { limit: -3 }, "'Limit' is not a whole number from 1 on"],
		['run.getMany', { limit: 0 }, "'Limit' is not a whole number from 1 on"],
		['run.getMany', { limit: 1.5 }, "'Limit' is not a whole number from 1 on"],
		['run.getMany', { limit: '={{ "many" }}' }, "'Limit' is not a whole number from 1 on"],
		['folder.move', { folderId: id, targetFolderId: rl('={{ "" }}') }, "'Destination' is empty"],
		['folder.create', { name: '={{ " " }}' }, "'Name' is empty"],
		['graph.create', { graphJson: '{"name":"x"' }, "'Graph (JSON)' ends in the middle"],
		['graph.create', { graphJson: "{'name':'x'}" }, "'Graph (JSON)' has single quotes"],
		['graph.create', { graphJson: '{"name":"x" "nodes":[]}' }, 'is not valid JSON (line 1, column'],
		['graph.create', { graphJson: '={{ [1] }}' }, "'Graph (JSON)' is not a JSON object"],
		[
			'graph.create',
			{ graphJson: '{"name":"x","nodes":[],"links":[],"id":12345678901234567890}' },
			"'Graph (JSON)' has the whole number 12345678901234567890",
		],
		[
			'graph.create',
			{ graphJson: '={{ ({ id: 12345678901234567890 }) }}' },
			'has the whole number 12345678901234567000',
		],
		['graph.create', { graphJson: '{"name":"x"}' }, 'The graph has no list of nodes'],
		['graph.create', { graphJson: '{"nodes":[],"links":[]}' }, "'name' is missing"],
		[
			'graph.create',
			{ graphJson: '{"name":"x","nodes":[{"id":"1"}],"links":[]}' },
			"'block_id' is missing in node 1 of the graph",
		],
		[
			'graph.setActiveVersion',
			{ graphId: id, version: rl('={{ 1.5 }}') },
			"'Version' is not a whole number",
		],
		['run.getMany', { filters: { createdAfter: 'soon' } }, "'Created After' is not a date"],
		[
			'credit.getCostSummary',
			{ options: { since: '2026-02-01', until: '2026-01-01' } },
			"'Since' is later than 'Until'",
		],
		[
			'marketplaceAgent.get',
			{ marketplaceAgent: rl('={{ "greeting-agent" }}') },
			"'greeting-agent' does not name a marketplace agent",
		],
		['creator.getMany', { search: 'x'.repeat(101) }, "'Search' has 101 characters"],
		['integrationCredential.create', { provider: 'x', apiKey: '={{ "" }}' }, "'API Key' is empty"],
		['integrationCredential.create', host, "'Headers' is empty"],
		[
			'integrationCredential.create',
			{ ...host, host: 'https://example.com/x' },
			"'Host' is not a host",
		],
		['search.getMany', { query: '={{ "" }}' }, "'Query' is empty"],
		[
			'search.getMany',
			{ query: 'x', filters: { contentTypes: ['BLOCK', 'AGENT'] } },
			"'AGENT' is not a choice of 'Content Types'",
		],
		[
			'run.getMany',
			{ filters: { statuses: '={{ "completed, Complete" }}' } },
			"'Complete' is not a choice of 'Statuses'",
		],
		[
			'review.getMany',
			{ filters: { status: '={{ "WAITNG" }}' } },
			"'WAITNG' is not a choice of 'Status'",
		],
		[
			'credit.getTransactions',
			{ filters: { type: '={{ "top up" }}' } },
			"'top up' is not a choice of 'Type'",
		],
		['creator.getMany', { options: { sortBy: 'stars' } }, "'stars' is not a choice of 'Sort By'"],
		[
			'marketplaceAgent.getMany',
			{ options: { sortBy: 'stars' } },
			"'stars' is not a choice of 'Sort By'",
		],
	])('are checked before anything is sent: %s %j', async (use, parameters, message) => {
		const [resource = '', operation = ''] = use.split('.');
		const { error } = await world.run({ resource, operation, ...parameters });
		expect(error?.message).toContain(message);
		expect(error?.description).toBeTruthy();
		expect(emulator.requests).toEqual([]);
	});

	const noSwitches: Array<[string, unknown]> = [
		['null', null],
		['undefined', undefined],
		['an empty text', ''],
		['another text', 'off'],
		['a number', 1],
	];
	const switches: Array<[string, INodeParameters, string]> = [
		['graph.updateSettings', { graphId: id, safeMode: SWITCH }, 'Human-in-the-Loop Safe Mode'],
		['graph.getMany', { returnAll: SWITCH }, 'Return All'],
		['agent.getMany', { filters: { favorite: SWITCH } }, 'Favorites Only'],
		['agent.getMany', { filters: { published: SWITCH } }, 'Published Only'],
		['agent.update', { agentId: id, updateFields: { isArchived: SWITCH } }, 'Archived'],
		['agent.update', { agentId: id, updateFields: { isFavorite: SWITCH } }, 'Favorite'],
		['agent.update', { agentId: id, updateFields: { autoUpdateVersion: SWITCH } }, 'Auto Update'],
		['marketplaceProfile.update', { updateFields: { removeAvatar: SWITCH } }, 'Remove Avatar'],
		['marketplaceAgent.getMany', { filters: { featured: SWITCH } }, 'Featured Only'],
		['creator.getMany', { filters: { featured: SWITCH } }, 'Featured Only'],
		['integrationCredential.delete', { integrationCredentialId: id, force: SWITCH }, 'Force'],
		[
			'graph.create',
			{ graphJson: JSON.stringify(greetingAgent), options: { activate: SWITCH } },
			'Activate',
		],
		[
			'review.answer',
			{ runId: id, reviewId: id, additionalFields: { autoApprove: SWITCH } },
			'Auto-Approve This Block',
		],
		['review.answer', { runId: id, reviewId: id, waitForRun: SWITCH }, 'Wait for Run'],
	];

	it.each(switches)('a switch is never off by mistake: %s %j', async (use, parameters, label) => {
		const [resource = '', operation = ''] = use.split('.');
		for (const [what, value] of noSwitches) {
			const { error } = await world.run({ resource, operation, ...parameters }, [
				{ json: value === undefined ? {} : { value: value as null } },
			]);
			expect([what, error?.message]).toEqual([
				what,
				expect.stringMatching(
					`'${label}' (is neither true nor false|returns nothing for this item)`,
				),
			]);
			expect(error?.description).toContain('expression');
		}
		const writes = emulator.requests.filter(({ method }) => method !== 'GET');
		expect(writes).toEqual([]);
	});

	it('a switch may be text, as forms and CSV files give it', async () => {
		const { graphId, agentId } = world.account.createAgent(greetingAgent);
		const safe = (safeMode: string) =>
			world.run({ resource: 'graph', operation: 'updateSettings', graphId: rl(graphId), safeMode });
		expect((await safe('={{ " TRUE " }}')).items[0]?.json).toMatchObject({
			human_in_the_loop_safe_mode: true,
		});
		expect((await safe('={{ "False" }}')).items[0]?.json).toMatchObject({
			human_in_the_loop_safe_mode: false,
		});
		const agent = { resource: 'agent', agentId: rl(agentId) };
		const updated = await world.run({
			...agent,
			operation: 'update',
			updateFields: { isFavorite: '={{ "true" }}' },
		});
		expect(updated.items[0]?.json).toMatchObject({ is_favorite: true });
		const { items } = await world.run({ ...agent, operation: 'get', simplify: '={{ "true" }}' });
		expect(items[0]?.json).not.toHaveProperty('output_schema');
		const whole = await world.run({ ...agent, operation: 'get', simplify: '={{ "false" }}' });
		expect(whole.items[0]?.json).toHaveProperty('output_schema');
		const others = await world.run({
			resource: 'agent',
			operation: 'getMany',
			filters: { favorite: '={{ "TRUE" }}', published: '={{ "False" }}' },
		});
		expect(others.error).toBeUndefined();
		expect(others.items).toHaveLength(1);
	});

	it.each<[string, INodeParameters, string]>([
		[
			'run.getMany',
			{ statuses: '={{ "completed, Failed" }}' },
			'statuses=COMPLETED&statuses=FAILED',
		],
		['review.getMany', { status: '={{ " waiting " }}' }, 'status=WAITING'],
		['credit.getTransactions', { type: '={{ "top_up" }}' }, 'transaction_type=TOP_UP'],
		['creator.getMany', { sortBy: '={{ "Agent_Runs" }}' }, 'sorted_by=agent_runs'],
		['marketplaceAgent.getMany', { sortBy: '={{ "RUNS" }}' }, 'sorted_by=runs'],
	])('choices count in upper and lower case: %s %j', async (use, choices, sent) => {
		const [resource = '', operation = ''] = use.split('.');
		const part = 'sortBy' in choices ? 'options' : 'filters';
		const { error } = await world.run({ resource, operation, [part]: choices });
		expect(error).toBeUndefined();
		expect(emulator.requests.at(-1)?.path).toContain(sent);
	});

	it('runs and schedules of a graph need no look into the library', async () => {
		const { agentId, graphId } = world.account.createAgent(greetingAgent);
		const runId = world.account.startRun(agentId, { name: 'Ada' });
		await world.client.until(runId, 'COMPLETED');
		const inputs = { name: 'Ada' };
		const schedule = { graph_id: graphId, name: 'Daily', cron: '0 8 * * *', inputs };
		await world.send('POST', '/schedules', schedule);
		const list = async (resource: string, filters: INodeParameters, scope: Scope) => {
			const parameters = { resource, operation: 'getMany', filters };
			const { items, error } = await world.run(parameters, undefined, [scope]);
			expect(error).toBeUndefined();
			return items.map(({ json }) => json.graph_id);
		};
		const other = { graphId: rl(world.account.createAgent(greetingAgent).graphId) };
		expect(await list('run', { graphId: rl(graphId) }, 'READ_RUN')).toEqual([graphId]);
		expect(await list('run', other, 'READ_RUN')).toEqual([]);
		expect(await list('schedule', { graphId: rl(graphId) }, 'READ_SCHEDULE')).toEqual([graphId]);
		expect(await list('schedule', other, 'READ_SCHEDULE')).toEqual([]);
	});

	it('runs in other statuses stay out, even where a server does not know that filter', async () => {
		const { agentId } = world.account.createAgent(greetingAgent);
		const runIds = ['Ada', 'Bob', 'Cy'].map((name) => world.account.startRun(agentId, { name }));
		for (const runId of runIds) await world.client.until(runId, 'COMPLETED');
		const { body: page } = await world.client.get<{ items: object[] }>('/runs');
		const rows = page.items.map((run, index) => (index === 1 ? { ...run, status: 'FAILED' } : run));
		const body = { items: rows, next_cursor: null };
		const list = async (parameters: INodeParameters) => {
			emulator.faults.add({ method: 'GET', path: /\/runs\?/, kind: { status: 200, body } });
			const all = await world.run({ resource: 'run', operation: 'getMany', ...parameters });
			return all.items.map(({ json }) => json.status);
		};
		expect(await list({ filters: { statuses: ['FAILED'] }, limit: 1 })).toEqual(['FAILED']);
		expect(await list({})).toEqual(['COMPLETED', 'FAILED', 'COMPLETED']);
	});

	it('times without a zone are those of the workflow, and are sent in UTC', async () => {
		const filters = { createdAfter: '2026-01-02T03:04:05+02:00' };
		const sent = async (filters: INodeParameters) => {
			await world.run({ resource: 'run', operation: 'getMany', filters });
			return decodeURIComponent(emulator.requests.at(-1)?.path ?? '');
		};
		expect(await sent(filters)).toContain('started_after=2026-01-02T01:04:05.000Z');
		// Workflows without a setting of their own are in n8n's default timezone, New York.
		expect(await sent({ createdBefore: '2026-01-02T03:04:05' })).toContain(
			'started_before=2026-01-02T08:04:05.000Z',
		);
	});

	it('a graph may be an object, and loses what the API does not know', async () => {
		const graph = { ...greetingAgent, version: 7, user_id: 'someone' };
		const { items, error } = await world.run(
			{ resource: 'graph', operation: 'create', graphJson: '={{ $json.graph }}' },
			[{ json: { graph } }],
		);
		expect(error?.message).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ name: 'Greeting agent', version: 1 });
		expect(emulator.requests.at(-1)?.body).not.toContain('someone');
	});

	it('a graph may be pasted with what does no harm', async () => {
		const [first, ...others] = greetingAgent.nodes;
		const numbered = {
			...greetingAgent,
			nodes: [{ ...first, id: 7 }, ...others],
			links: greetingAgent.links.map((link) => ({
				...{ ...link, id: undefined },
				source_id: link.source_id === first?.id ? 7 : link.source_id,
			})),
		};
		const text = JSON.stringify({ graph: numbered }, null, 2).replace(/\n\}$/, ',\n}');
		const graphJson = '\uFEFF```json\n' + text + '\n```\n';
		const { items, error } = await world.run({
			...{ resource: 'graph', operation: 'create', simplify: false, graphJson },
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			name: 'Greeting agent',
			nodes: greetingAgent.nodes.map(({ input_default }) => ({ input_default })),
			links: greetingAgent.links.map(({ source_name, sink_name }) => ({ source_name, sink_name })),
		});
	});

	it('secrets stay out of messages, even where AutoGPT repeats them', async () => {
		const error = { code: 'bad_request', message: 'sk-123456 is no key', details: null };
		emulator.faults.add({ method: 'POST', kind: { status: 400, body: { error } } });
		const { error: shown } = await world.run({
			resource: 'integrationCredential',
			operation: 'create',
			provider: 'openai',
			apiKey: 'sk-123456',
		});
		expect(`${shown?.message} ${shown?.description}`).toContain('is no key');
		expect(`${shown?.message} ${shown?.description}`).not.toContain('sk-123456');
	});

	it('a password keeps the space at its ends, and is not only space', async () => {
		const password = (value: string) =>
			world.run(
				{
					resource: 'integrationCredential',
					operation: 'create',
					kind: 'userPassword',
					provider: 'x',
					username: 'ada',
					password: '={{ $json.value }}',
				},
				[{ json: { value } }],
			);
		expect((await password('  ')).error?.message).toBe("'Password' is empty");
		expect(emulator.requests).toEqual([]);
		expect((await password(' very-secret ')).error).toBeUndefined();
		expect(emulator.requests.at(-1)?.body).toContain('" very-secret "');
	});

	it('an empty description clears that of the profile, and one not added leaves it', async () => {
		const update = async (updateFields: INodeParameters) => {
			const parameters = { resource: 'marketplaceProfile', operation: 'update', updateFields };
			return (await world.run(parameters)).items[0]?.json;
		};
		const description = 'Writes agents';
		expect(await update({ username: 'ada', name: 'Ada', description })).toMatchObject({
			description,
		});
		expect(await update({ name: 'Ada L.' })).toMatchObject({ name: 'Ada L.', description });
		expect(await update({ description: '' })).toMatchObject({ name: 'Ada L.', description: '' });
	});

	it('a credential in use is deleted by force only', async () => {
		const used = world.account.addCredential({ provider: 'openai', usedByWebhook: true });
		const parameters = {
			resource: 'integrationCredential',
			operation: 'delete',
			integrationCredentialId: rl(used.id),
		};
		expect((await world.run(parameters)).error).toMatchObject({ httpCode: '409' });
		const { items } = await world.run({ ...parameters, force: true });
		expect(items[0]?.json).toEqual({ deleted: true, id: used.id });
	});

	it('Return All reads pages of 100', async () => {
		for (let count = 0; count < 205; count++) world.account.createAgent(greetingAgent);
		const parameters = { resource: 'graph', operation: 'getMany' };
		const all = await world.run({ ...parameters, returnAll: true });
		expect(all.items).toHaveLength(205);
		const pages = emulator.requests.map(({ path }) => path);
		expect(pages.every((path) => path.includes('limit=100'))).toBe(true);
		// The first page comes again, to see whether the list moved.
		expect(pages.map((path) => path.includes('cursor='))).toEqual([false, true, true, false]);
		expect((await world.run({ ...parameters, limit: 3 })).items).toHaveLength(3);
	});

	it('agents of a list do not look as if they took no inputs', async () => {
		const { agentId } = world.account.createAgent(greetingAgent);
		const listed = await world.run({ resource: 'agent', operation: 'getMany' });
		expect(listed.items.map(({ json }) => json.id)).toEqual([agentId]);
		expect(listed.items[0]?.json).not.toHaveProperty('input_schema');
		const agent = { resource: 'agent', operation: 'get', agentId: rl(agentId) };
		const { items } = await world.run(agent);
		expect(items[0]?.json).toHaveProperty('input_schema.properties.name');
	});

	it('versions of one listing are kept apart', async () => {
		const { graphId } = world.account.createAgent(greetingAgent);
		const texts = { name: 'Hello', slug: 'hello', description: 'x', sub_heading: 'x' };
		const body = { graph_id: graphId, graph_version: 1, ...texts };
		await world.send('POST', '/marketplace/submissions', body);
		await world.send('POST', '/marketplace/submissions', body);
		const { items } = await world.run({ resource: 'submission', operation: 'getMany' });
		expect(new Set(items.map(({ json }) => json.listing_version_id)).size).toBe(2);
	});

	it('media that are too large are not sent', async () => {
		const data = Buffer.alloc(10 * 1024 * 1024 + 1).toString('base64');
		const { error } = await world.run({ resource: 'submission', operation: 'uploadMedia' }, [
			{ json: {}, binary: { data: { data, mimeType: 'image/png', fileName: 'a.png' } } },
		]);
		expect(error?.message).toContain("'a.png' has 11 MB");
		expect(emulator.requests).toEqual([]);
	});
});
