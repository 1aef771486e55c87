import type { INodeParameters } from 'n8n-workflow';

import { greetingAgent, slowAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

describe('Agent > Get Many', () => {
	let stage: Stage;
	const ids: Record<string, string> = {};

	beforeAll(async () => {
		stage = await setStage();
		for (const name of ['middle', 'last', 'first']) {
			ids[name] = stage.account.createAgent({ ...slowAgent, name }, { manual: true }).agentId;
			stage.emulator.clock.advance(60_000);
		}
		stage.account.startRun(ids.middle ?? '');
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const names = async (parameters: INodeParameters) => {
		const { items } = await stage.run({ resource: 'agent', operation: 'getMany', ...parameters });
		return items.map(({ json }) => json.name);
	};

	it('returns the oldest with a limit, with one small page', async () => {
		stage.emulator.requests.length = 0;
		expect(await names({ limit: 2 })).toEqual(['middle', 'last']);
		expect(stage.emulator.requests.map(({ path }) => path)).toEqual([
			expect.stringContaining('limit=2'),
		]);
	});

	it.each([
		['oldest', ['middle', 'last']],
		['newest', ['first', 'last']],
		['lastUpdated', ['middle', 'first']],
		['name', ['first', 'last']],
	])('reads the whole list to sort it by %s', async (sortBy, wanted) => {
		expect(await names({ limit: 2, options: { sortBy } })).toEqual(wanted);
	});

	it('sorts all agents, and those that filters leave', async () => {
		const options = { sortBy: 'newest' };
		expect(await names({ returnAll: true, options })).toEqual(['first', 'last', 'middle']);
		expect(await names({ filters: { name: 'ST' }, limit: 1, options })).toEqual(['first']);
	});

	it('names an order that it does not know', async () => {
		const { error } = await stage.run({
			resource: 'agent',
			operation: 'getMany',
			options: { sortBy: '={{ "color" }}' },
		});
		expect(error?.message).toContain("'color' is not a choice of 'Sort By'");
	});
});

describe('Agent > Update', () => {
	it('says where an agent cannot be moved to the root, and changes nothing', async () => {
		const stage = await setStage();
		const { agentId } = stage.account.createAgent(greetingAgent);
		const update = async (agent: string) =>
			await stage.run({
				resource: 'agent',
				operation: 'update',
				agentId: rl(agent),
				updateFields: { folderId: rl('root'), isFavorite: true },
			});
		const { error } = await update(agentId);
		expect(error?.message).toBe('AutoGPT left the agent in its folder');
		expect(error?.description).toContain('Nothing was changed');
		expect((await update('nobody')).error?.message).toBe("The agent 'nobody' was not found");
		stage.emulator.mode.emptyFolderId = 'root';
		const { items } = await update(agentId);
		expect(items[0]?.json).toMatchObject({ folder_name: null, is_favorite: true });
		await stage.emulator.close();
	});
});

describe('Marketplace', () => {
	it('says that an agent is in the library of another organization', async () => {
		const stage = await setStage();
		const member = stage.emulator.createAccount({ organization: 'Acme' });
		const add = async (key: string) =>
			await stage.run(
				{
					resource: 'marketplaceAgent',
					operation: 'addToLibrary',
					marketplaceAgent: rl('emulator-creator/greeting-agent'),
				},
				{ key },
			);
		expect((await add(member.createKey())).error).toBeUndefined();
		const { error } = await add(member.createKey({ personal: true }));
		expect(error?.message).toContain('in another organization');
		expect(error?.description).toContain('Use a credential of that organization');
		await stage.emulator.close();
	});

	it('says what is too large for a submission, where only AutoGPT finds out', async () => {
		const stage = await setStage();
		stage.emulator.faults.add({ path: /media/, kind: { status: 413 } });
		const data = Buffer.from('x').toString('base64');
		const { error } = await stage.run(
			{ resource: 'submission', operation: 'uploadMedia' },
			{
				items: [{ json: {}, binary: { data: { data, mimeType: 'image/png', fileName: 'a.png' } } }],
			},
		);
		expect(error?.message).toContain('picture or video is larger');
		expect(error?.description).toContain('10 MB');
		await stage.emulator.close();
	});
});
