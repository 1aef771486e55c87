import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { greetingAgent, reviewAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

/** As n8n saves it: nothing that equals the default of its version. */
const SAVED: Partial<INode> = { typeVersion: 1 };

describe('Nodes of version 1 and new ones', () => {
	let stage: Stage;
	let agentId: string;
	let graphId: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false, emptyFolderId: 'root' } });
	});

	beforeEach(() => {
		({ agentId, graphId } = stage.account.createAgent(greetingAgent));
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const run = async (parameters: INodeParameters, settings: Partial<INode> = {}) =>
		await stage.run(parameters, { settings });
	const rows = async (parameters: INodeParameters, settings: Partial<INode> = {}) => {
		const { items, error } = await run(parameters, settings);
		expect(error).toBeUndefined();
		return items.map(({ json }) => json);
	};

	async function secondVersion() {
		const { name, description, nodes, links } = greetingAgent;
		const graphJson = JSON.stringify({ name, description, nodes, links });
		await rows({ resource: 'graph', operation: 'update', graphId: rl(graphId), graphJson });
	}

	it('take a node without a version, as programs write it, for one of version 1', async () => {
		const settings: Partial<INode> = { typeVersion: undefined };
		const inputs = { inputsMode: 'json', inputsJson: '{"name": "Ada"}' };
		const start = { resource: 'agent', operation: 'runAndWait', agentId: rl(agentId), ...inputs };
		const [done] = await rows(start, settings);
		expect(done?.outputs).toEqual({ greeting: 'Hello, Ada!' });
		const list: INodeParameters = { resource: 'block', operation: 'getMany', returnAll: true };
		const names = (await rows(list, settings)).map(({ name }) => name);
		expect(names).toContain('AgentInputBlock');
	});

	describe('Names of blocks', () => {
		const lists = (): INodeParameters[] => [
			{ resource: 'block', operation: 'getMany', returnAll: true },
			{ resource: 'graph', operation: 'getBlocks', graphId: rl(graphId) },
		];

		it('are those that people see, and in raw responses those of the server', async () => {
			for (const list of lists()) {
				const names = (await rows(list)).map(({ name }) => name);
				expect(names).toEqual(expect.arrayContaining(['Agent Input', 'Fill Text Template']));
				const raw = (await rows({ ...list, simplify: false })).map(({ name }) => name);
				expect(raw).toContain('AgentInputBlock');
			}
		});

		it('stay as they were where the node was saved before', async () => {
			for (const list of lists()) {
				const names = (await rows(list, SAVED)).map(({ name }) => name);
				expect(names).toEqual(expect.arrayContaining(['AgentInputBlock', 'FillTextTemplateBlock']));
			}
		});

		it.each(['fill text', 'FILLTEXT', 'textTemplateBlock'])('are found by %s', async (name) => {
			const found = await rows({ resource: 'block', operation: 'getMany', filters: { name } });
			expect(found.map((row) => row.name)).toContain('Fill Text Template');
		});
	});

	describe('Graph > Set Active Version', () => {
		const set = (more: INodeParameters = {}): INodeParameters => {
			const graph = { graphId: rl(graphId) };
			return { resource: 'graph', operation: 'setActiveVersion', ...graph, ...more };
		};

		it('sets version 1 where a saved node has none stored', async () => {
			expect(await rows(set(), SAVED)).toMatchObject([{ version: 1 }]);
			await secondVersion();
			expect(await rows(set({ version: 2 }), SAVED)).toMatchObject([{ version: 2 }]);
		});

		it('sets none unless a version was chosen', async () => {
			await expect(run(set())).rejects.toThrow('Parameter "Version" is required');
			const { error } = await run(set({ version: rl('={{ "" }}') }));
			expect(error?.message).toBe("'Version' is empty");
			expect(await rows(set({ version: rl('1') }))).toMatchObject([{ version: 1 }]);
			const half = await run(set({ version: rl('={{ 1.5 }}') }));
			expect(half.error?.message).toContain('whole number');
		});
	});

	describe('Agent > Update', () => {
		const update = (updateFields: INodeParameters): INodeParameters => {
			const agent = { agentId: rl(agentId) };
			return { resource: 'agent', operation: 'update', ...agent, updateFields };
		};

		it('takes the number of a saved node, and a version that was picked', async () => {
			await secondVersion();
			expect(await rows(update({ graphVersion: 2 }), SAVED)).toMatchObject([{ graph_version: 2 }]);
			const picked = update({ graphVersion: rl('1') });
			expect(await rows(picked)).toMatchObject([{ graph_version: 1 }]);
		});

		it('moves into a folder and to the root, in both versions', async () => {
			const [folder] = await rows({ resource: 'folder', operation: 'create', name: agentId });
			const into = update({ folderId: rl(String(folder?.id)) });
			expect(await rows(into)).toMatchObject([{ folder_name: agentId }]);
			expect(await rows(update({ folderId: rl('root') }))).toMatchObject([{ folder_name: null }]);
			expect(await rows(into, SAVED)).toMatchObject([{ folder_name: agentId }]);
			const both = await run(update({ folderId: rl('x'), moveToRoot: true }), SAVED);
			expect(both.error?.message).toBe("'Folder' and 'Move to Root' exclude each other");
			const unclear = await run(update({ moveToRoot: '={{ "off" }}' }), SAVED);
			expect(unclear.error?.message).toBe("'Move to Root' is neither true nor false");
			const toRoot = update({ moveToRoot: true });
			expect(await rows(toRoot, SAVED)).toMatchObject([{ folder_name: null }]);
		});
	});

	it('moves folders the same way, as saved nodes did by two fields', async () => {
		const create = async (name: string): Promise<IDataObject> => {
			const [folder] = await rows({ resource: 'folder', operation: 'create', name });
			return folder ?? {};
		};
		const inner = await create(`${agentId} inner`);
		const outer = await create(`${agentId} outer`);
		const move = { resource: 'folder', operation: 'move', folderId: rl(String(inner.id)) };
		const target = { targetFolderId: rl(String(outer.id)) };
		const parents = async (more: INodeParameters, settings?: Partial<INode>) =>
			(await rows({ ...move, ...more }, settings)).map(({ parent_id }) => parent_id);
		expect(await parents(target)).toEqual([outer.id]);
		expect(await parents({ targetFolderId: rl('root') })).toEqual([null]);
		expect(await parents(target, SAVED)).toEqual([outer.id]);
		expect(await parents({ destination: 'root' }, SAVED)).toEqual([null]);
	});

	it('returns reviews that wait unless set otherwise, and all from a saved node', async () => {
		const { agentId: asking } = stage.account.createAgent(reviewAgent);
		for (let count = 0; count < 2; count++) {
			const start = { resource: 'agent', operation: 'runAndWait', agentId: rl(asking) };
			await rows({ ...start, inputsMode: 'json', inputsJson: '{"text": "Hi"}' });
		}
		const getMany = { resource: 'review', operation: 'getMany' };
		const [first] = await rows(getMany);
		const answer = { resource: 'review', operation: 'answer', decision: 'approve' };
		await rows({ ...answer, reviewId: rl(String(first?.review_id)) });
		const statuses = async (more: INodeParameters, settings?: Partial<INode>) =>
			(await rows({ ...getMany, ...more }, settings)).map(({ status }) => status).sort();
		expect(await statuses({})).toEqual(['WAITING']);
		expect(await statuses({ filters: {} })).toEqual(['APPROVED', 'WAITING']);
		expect(await statuses({}, SAVED)).toEqual(['APPROVED', 'WAITING']);
		expect(await statuses({ filters: { status: 'APPROVED' } }, SAVED)).toEqual(['APPROVED']);
	});

	it('filters schedules by agent, in the place where each version has it', async () => {
		const other = stage.account.createAgent(greetingAgent);
		for (const id of [agentId, other.agentId]) {
			const create = { resource: 'schedule', operation: 'create', agentId: rl(id), name: 'Daily' };
			await rows({ ...create, inputsMode: 'json', inputsJson: '{"name": "Ada"}' });
		}
		const getMany = { resource: 'schedule', operation: 'getMany' };
		expect(await rows(getMany)).toHaveLength(2);
		const filters = { agentId: rl(agentId) };
		expect(await rows({ ...getMany, filters })).toMatchObject([{ graph_id: graphId }]);
		expect(await rows({ ...getMany, ...filters }, SAVED)).toMatchObject([{ graph_id: graphId }]);
		const { error } = await run({ ...getMany, filters: { agentId: rl('') } });
		expect(error?.message).toBe("'Agent' is empty");
	});

	it('sorts the marketplace by an option, and by a filter in a saved node', async () => {
		for (const resource of ['marketplaceAgent', 'creator']) {
			const getMany = { resource, operation: 'getMany' };
			const sortBy = resource === 'creator' ? 'num_agents' : 'name';
			const sorted = (before: number) =>
				stage.emulator.requests
					.slice(before)
					.filter(({ path }) => path.includes(`sorted_by=${sortBy}`)).length;
			let before = stage.emulator.requests.length;
			await rows({ ...getMany, options: { sortBy } });
			expect(sorted(before)).toBe(1);
			before = stage.emulator.requests.length;
			await rows({ ...getMany, filters: { sortBy } }, SAVED);
			expect(sorted(before)).toBe(1);
		}
	});

	it('takes Favorites Only as a switch; the one of saved nodes also showed the others', async () => {
		await rows({
			...{ resource: 'agent', operation: 'update', agentId: rl(agentId) },
			updateFields: { isFavorite: true },
		});
		const names = async (favorite: boolean, settings?: Partial<INode>) => {
			const getMany = { resource: 'agent', operation: 'getMany', returnAll: true };
			const agents = await rows({ ...getMany, filters: { favorite } }, settings);
			return new Set(agents.map(({ is_favorite }) => is_favorite));
		};
		expect(await names(true)).toEqual(new Set([true]));
		expect(await names(false)).toEqual(new Set([true, false]));
		expect(await names(true, SAVED)).toEqual(new Set([true]));
		expect(await names(false, SAVED)).toEqual(new Set([false]));
	});
});
