import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node';
import { editorContext } from '../harness/editorContext.cts';
import { putSchemaBlock } from '../harness/schemaBlocks.cts';
import { World } from '../operations/index.cts';
import { BLOCK_IDS, greetingAgent } from '../emulator/agents';
import { blocks, putBlock, removeBlock } from '../emulator/blocks/index.cts';
import { startEmulator, type Emulator, type Schemas } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';

const autoGpt = new AutoGpt();

type Method = keyof typeof autoGpt.methods.listSearch;

describe('Resource locators', () => {
	let emulator: Emulator;
	let world: World;
	let onRequest: (() => void) | undefined;

	beforeEach(async () => {
		onRequest = undefined;
		emulator = await startEmulator({
			limits: false,
			mode: { rateLimitHeaders: false },
			logger: () => onRequest?.(),
		});
		world = new World(emulator);
	});

	afterEach(async () => {
		expect(emulator.contractViolations).toEqual([]);
		await emulator.close();
	});

	/** Fills a list as the editor does. */
	async function list(
		method: Method,
		filter?: string,
		paginationToken?: string,
		key = world.client.key,
	) {
		const context = editorContext(autoGpt, { apiKey: key, baseUrl: emulator.baseUrl });
		return await autoGpt.methods.listSearch[method].call(context, filter, paginationToken);
	}

	const names = async (method: Method, filter?: string) =>
		(await list(method, filter)).results.map(({ name }) => name);

	async function folder(name: string, parent_id: string | null = null) {
		const path = '/library/folders';
		return (await world.send<Schemas['LibraryFolder']>('POST', path, { name, parent_id })).id;
	}

	it('lists folders of all levels by their paths', async () => {
		await folder('Inner', await folder('Outer'));
		expect(await names('searchFolders')).toEqual(['Outer', 'Outer / Inner']);
		expect(await names('searchFolders', 'inn')).toEqual(['Outer / Inner']);
	});

	describe('The list of agents', () => {
		const create = (name: string) => world.account.createAgent({ ...greetingAgent, name }).agentId;

		it('shows first what ran last, then favorites, then all others by name', async () => {
			for (const name of ['Zeta', 'Beta', 'Alpha', 'Gamma']) create(name);
			const favorite = create('Omega');
			const path = `/library/agents/${favorite}`;
			await world.send('PATCH', path, { is_favorite: true });
			emulator.clock.advance(60_000);
			const ran = ['Run 1', 'Run 2', 'Run 3', 'Run 4', 'Run 5'].map(create);
			for (const agentId of [...ran].reverse()) {
				emulator.clock.advance(60_000);
				world.account.startRun(agentId, { name: 'Ada' });
			}
			emulator.requests.length = 0;
			expect(await names('searchAgents')).toEqual([
				...['Run 1', 'Run 2', 'Run 3', 'Run 4', 'Run 5'],
				...['Omega', 'Alpha', 'Beta', 'Gamma', 'Zeta'],
			]);
			expect(emulator.requests).toHaveLength(1);
		});

		it('reads three pages at most, and goes on from there', async () => {
			for (let count = 0; count < 301; count++) create(`Agent ${count}`);
			emulator.requests.length = 0;
			const { results, paginationToken } = await list('searchAgents');
			expect([results.length, emulator.requests.length]).toEqual([300, 3]);
			const rest = await list('searchAgents', undefined, String(paginationToken));
			expect(rest.results.map(({ name }) => name)).toEqual(['Agent 300']);
			expect(await names('searchAgents', 'agent 299')).toEqual(['Agent 299']);
		});
	});

	it('lists graphs, page by page, and finds them by name', async () => {
		for (let count = 0; count < 101; count++) world.account.createAgent(greetingAgent);
		world.account.createAgent({ ...greetingAgent, name: 'Odd one' });
		const first = await list('searchGraphs');
		expect(first.results).toHaveLength(100);
		const second = await list('searchGraphs', undefined, String(first.paginationToken));
		expect(second.results).toHaveLength(2);
		expect(second.paginationToken).toBeUndefined();
		expect(await names('searchGraphs', 'odd')).toEqual(['Odd one']);
	});

	it('searches long lists until the dropdown is full, and goes on from there', async () => {
		const { id: first } = world.account.addFile('first needle.txt', '');
		for (let count = 0; count < 1_500; count++) world.account.addFile(`${count}.txt`, '');
		const { id: last } = world.account.addFile('Last needle.txt', '');
		const search = async (filter: string, token?: unknown) => {
			const before = emulator.requests.length;
			const found = await list('searchFiles', filter, token === undefined ? token : String(token));
			return {
				ids: found.results.map(({ value }) => value),
				token: found.paginationToken,
				requests: emulator.requests.length - before,
			};
		};
		const whole = { token: undefined, requests: 16 };
		expect(await search('needle')).toEqual({ ids: [last, first], ...whole });
		expect(await search('FIRST needle')).toEqual({ ids: [first], ...whole });
		expect(await search(first)).toEqual({ ids: [first], ...whole });
		expect(await search('nothing')).toEqual({ ids: [], ...whole });
		const part = await search('7.txt');
		expect(part).toMatchObject({ token: expect.any(String) as string, requests: 2 });
		const rest = await search('77.txt', part.token);
		expect(rest).toMatchObject({ token: undefined, requests: 14 });
		expect(rest.ids).toHaveLength(13);
	});

	describe('A search that costs too much', () => {
		const ROWS = 6_000;

		const search = async (filter: string, token?: unknown) => {
			const before = emulator.requests.length;
			const found = await list('searchFiles', filter, token === undefined ? token : String(token));
			return {
				names: found.results.map(({ name }) => name),
				values: found.results.map(({ value }) => String(value)),
				token: found.paginationToken,
				requests: emulator.requests.length - before,
			};
		};

		beforeEach(() => {
			world.account.addFile('first needle.txt', '');
			for (let count = 0; count < ROWS; count++) world.account.addFile(`${count}.txt`, '');
			world.account.addFile('Last needle.txt', '');
		});

		it('stops, and says how far it has come', async () => {
			const part = await search('needle');
			expect(part.names).toEqual([
				'Last needle.txt',
				'Searched 2,000 of 6,002. Add a space to go on',
			]);
			expect(part.requests).toBe(20);
			expect(part.token).toBeDefined();
			// Where that row is chosen, the field counts as empty.
			expect(part.values[1]?.trim()).toBe('');
		});

		it('goes on where it stopped, when the user types on', async () => {
			await search('need');
			const next = await search('needle');
			expect(next.names).toEqual([
				'Last needle.txt',
				'Searched 4,000 of 6,002. Add a space to go on',
			]);
			expect(next.requests).toBe(20);
			await search('needle ');
			const whole = await search('needle  ');
			expect(whole.names).toEqual(['Last needle.txt', 'first needle.txt']);
			expect(whole.token).toBeUndefined();
		});

		it('goes on where it stopped, when the user scrolls', async () => {
			const part = await search('needle');
			const next = await search('needle', part.token);
			expect(next.names).toEqual(['Searched 4,000 of 6,002. Add a space to go on']);
			expect(next.values[0]).not.toBe(part.values[1]);
			const { names: rest, token } = await search('needle', next.token);
			expect(rest[0]).toMatch(/^Searched 6,000/);
			const last = await search('needle', token);
			expect([last.names, last.token]).toEqual([['first needle.txt'], undefined]);
		});

		it('begins anew for another text', async () => {
			await search('needle');
			expect((await search('first')).names).toEqual([
				'Searched 2,000 of 6,002. Add a space to go on',
			]);
		});

		it('stops for the next one, which goes on in its place', async () => {
			const older = search('need');
			while (emulator.requests.length < 5) await new Promise((resume) => setTimeout(resume, 1));
			const newer = await search('needle');
			expect(newer.names).toHaveLength(2);
			expect((await older).names).toContain('Last needle.txt');
			// Both together cost hardly more than the newer one alone.
			expect(emulator.requests.length).toBeLessThanOrEqual(30);
		});

		it('stops after some seconds on a slow server', async () => {
			emulator.faults.add({ path: /files/, times: Infinity, kind: { delayMs: 1_500 } });
			const began = performance.now();
			const { names: found } = await search('nothing');
			expect(performance.now() - began).toBeLessThan(7_000);
			expect(found).toEqual([expect.stringMatching(/^Searched \d00 of 6,002/)]);
		});
	});

	it('names runs without reading the agents again, and within the same bounds', async () => {
		const { agentId } = world.account.createAgent(greetingAgent, { manual: true });
		for (let count = 0; count < 2_500; count++) world.account.startRun(agentId, { name: 'Ada' });
		emulator.requests.length = 0;
		const part = await list('searchRuns', 'nothing');
		expect(part.results.map(({ name }) => name)).toEqual([
			'Searched 1,900 of 2,500. Add a space to go on',
		]);
		expect(emulator.requests).toHaveLength(20);
		await list('searchRuns', 'nothing ');
		expect(emulator.requests).toHaveLength(26);
	});

	it('finds each row once, though rows shift while they are read', async () => {
		// The rows at both sides of the pages' edges are among those that are searched for.
		for (let count = 0; count < 250; count++) {
			world.account.addFile(`${count % 50 < 2 ? 'edge' : 'inner'} ${count}.txt`, '');
		}
		onRequest = () => void world.account.addFile('more.txt', '');
		const { results } = await list('searchFiles', 'edge');
		expect(results).toHaveLength(10);
		expect(new Set(results.map(({ value }) => value)).size).toBe(10);
	});

	it('lists runs by their agents, or by their graphs where agents may not be read', async () => {
		const { agentId, graphId } = world.account.createAgent(greetingAgent);
		const value = world.account.startRun(agentId, { name: 'Ada' });
		const [run] = (await list('searchRuns')).results;
		expect(run).toMatchObject({ value, url: expect.stringContaining(agentId) as string });
		expect(run?.name).toMatch(/^Greeting agent, /);
		const blind = world.account.createKey({ scopes: ['READ_RUN'] });
		const [bare] = (await list('searchRuns', undefined, undefined, blind)).results;
		expect(bare?.name.startsWith(`${graphId}, `)).toBe(true);
		expect(bare).toMatchObject({ value, url: undefined });
		const poor = world.account.createKey({ scopes: ['READ_LIBRARY'] });
		await expect(list('searchRuns', undefined, undefined, poor)).rejects.toThrow('READ_RUN');
	});

	it('lists the blocks that can be run, by the names that the builder shows', async () => {
		const { results, paginationToken } = await list('searchBlocks');
		expect(paginationToken).toBeUndefined();
		expect(results).toContainEqual({
			name: 'Fill Text Template',
			value: BLOCK_IDS.template,
			description: 'Fills values into a text template.',
		});
		const ids = results.map(({ value }) => value);
		for (const id of [BLOCK_IDS.input, BLOCK_IDS.output, BLOCK_IDS.agent]) {
			expect(ids).not.toContain(id);
		}
	});

	it('marks blocks that take files picked in the app of AutoGPT', async () => {
		const sheet = { type: 'object', format: 'google-drive-picker', default: null };
		const { id } = putSchemaBlock({ properties: { sheet } }, 'SheetsReadBlock').block;
		const { results } = await list('searchBlocks', 'sheets read');
		removeBlock(id);
		expect(results).toMatchObject([{ name: 'Sheets Read (Picks Google Drive Files)', value: id }]);
	});

	it('finds blocks by their names, or none', async () => {
		const { results } = await list('searchBlocks', 'text templ');
		expect(results.map(({ value }) => value)).toEqual([BLOCK_IDS.template]);
		expect((await list('searchBlocks', 'no such block')).results).toEqual([]);
		expect((await list('searchBlocks', 'agent output')).results).toEqual([]);
	});

	it('lists blocks page by page, past pages of which no block can be run', async () => {
		const spec = blocks.get(BLOCK_IDS.template)!;
		const idle = blocks.get(BLOCK_IDS.output)!;
		const last = { ...spec, block: { ...spec.block, id: 'last', name: 'LastBlock' } };
		const more = Array.from({ length: 200 - blocks.size }, (_, index) => {
			const id = `idle-${index}`;
			return { ...idle, block: { ...idle.block, id } };
		});
		[...more, last].forEach(putBlock);
		try {
			const first = await list('searchBlocks');
			expect(first.results.length).toBeGreaterThan(10);
			const second = await list('searchBlocks', undefined, String(first.paginationToken));
			expect(second.results.map(({ name }) => name)).toEqual(['Last']);
			expect(second.paginationToken).toBeUndefined();
			expect((await list('searchBlocks', 'last')).results).toHaveLength(1);
		} finally {
			[...more, last].forEach(({ block }) => removeBlock(block.id));
		}
	});

	it('lists integration credentials, with what sets them apart', async () => {
		world.account.addCredential({ provider: 'openai', title: 'Mine' });
		expect(await names('searchIntegrationCredentials')).toEqual(['Mine (openai, API key)']);
		expect(await names('searchIntegrationCredentials', 'nothing')).toEqual([]);
	});

	it('lists submissions', async () => {
		const { graphId } = world.account.createAgent(greetingAgent);
		const texts = { name: 'Hello', slug: 'hello', description: 'x', sub_heading: 'x' };
		const body = { graph_id: graphId, graph_version: 1, ...texts };
		await world.send('POST', '/marketplace/submissions', body);
		expect(await names('searchSubmissions')).toEqual(['Hello, version 1, pending']);
	});

	it('lets AutoGPT search the marketplace', async () => {
		const { results } = await list('searchMarketplaceAgents', 'greet');
		expect(results).toMatchObject([
			{ name: 'Greeting agent by emulator-creator', value: 'emulator-creator/greeting-agent' },
		]);
		expect(await names('searchMarketplaceAgents')).toHaveLength(2);
		expect(await names('searchCreators', 'emulator')).toEqual([
			'Emulator creator (emulator-creator)',
		]);
		expect(await names('searchCreators', 'nothing')).toEqual([]);
	});

	it.each([
		['marketplaceAgent', 'marketplaceAgent', '/marketplace/agent/emulator-creator/greeting-agent/'],
		['creator', 'creator', '/marketplace/creator/emulator-creator?tab=agents'],
	])('takes the address of a page: %s', async (resource, field, path) => {
		const locator = rl(`https://platform.agpt.co${path}`, 'url');
		const { items, error } = await world.run({ resource, operation: 'get', [field]: locator });
		expect(error?.message).toBeUndefined();
		expect(items).toHaveLength(1);
	});

	it('takes the address of an agent within a filter', async () => {
		const { agentId } = world.account.createAgent(greetingAgent);
		world.account.startRun(world.account.createAgent(greetingAgent).agentId, { name: 'Ben' });
		world.account.startRun(agentId, { name: 'Ada' });
		const value = `https://platform.agpt.co/library/agents/${agentId}?activeTab=runs#top`;
		const filters = { agentId: rl(value, 'url') };
		const { items } = await world.run({ resource: 'run', operation: 'getMany', filters });
		expect(items.map(({ json }) => json.inputs)).toEqual([{ name: 'Ada' }]);
	});
});
