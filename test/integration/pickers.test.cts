import type { INodeParameters } from 'n8n-workflow';

import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node';
import { setStage, type Stage } from '../harness/account.cts';
import { editorContext } from '../harness/editorContext.cts';
import { rl } from '../harness/locator.cts';
import { greetingAgent, twoReviewsAgent } from '../emulator/agents';

describe('Lists of files, reviews, schedules and timezones', () => {
	let stage: Stage;
	const autoGpt = new AutoGpt();

	beforeAll(async () => {
		stage = await setStage();
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	/** Fills a list as the editor does. */
	async function list(
		method: keyof typeof autoGpt.methods.listSearch,
		filter?: string,
		parameters: INodeParameters = {},
	) {
		const credential = { apiKey: stage.key, baseUrl: stage.emulator.baseUrl };
		const context = editorContext(autoGpt, credential, parameters);
		const { results } = await autoGpt.methods.listSearch[method].call(context, filter);
		return results.map(({ name, value }) => ({ name, value }));
	}

	it('lists the versions of a graph, newest first, by graph, address or agent', async () => {
		const { agentId, graphId } = stage.account.createAgent(greetingAgent);
		const { name, description, nodes, links } = greetingAgent;
		const graphJson = JSON.stringify({ name, description, nodes, links });
		await stage.run({ resource: 'graph', operation: 'update', graphId: rl(graphId), graphJson });
		const byGraph = await list('searchGraphVersions', '', { graphId: rl(graphId) });
		expect(byGraph).toEqual([
			{ name: expect.stringMatching(/^Version 2 \(active\), \d{4}-/), value: '2' },
			{ name: expect.stringMatching(/^Version 1, \d{4}-/), value: '1' },
		]);
		const address = `https://platform.agpt.co/build?flowID=${graphId}&flowVersion=1`;
		expect(await list('searchGraphVersions', '', { graphId: rl(address) })).toEqual(byGraph);
		expect(await list('searchGraphVersions', '', { agentId: rl(agentId) })).toEqual(byGraph);
		expect(await list('searchGraphVersions', 'active', { graphId: rl(graphId) })).toHaveLength(1);
		await expect(list('searchGraphVersions')).rejects.toThrow('Nothing is chosen yet');
	});

	it('lists the root of the library before the folders', async () => {
		await stage.run({ resource: 'folder', operation: 'create', name: 'Newsletters' });
		expect(await list('searchDestinations')).toEqual([
			{ name: 'Root of the Library', value: 'root' },
			{ name: 'Newsletters', value: expect.any(String) },
		]);
		expect(await list('searchDestinations', 'news')).toHaveLength(1);
	});

	it('lists files, and finds them by name', async () => {
		const { id } = stage.account.addFile('Report.pdf', 'x');
		stage.account.addFile('other.txt', 'x');
		expect(await list('searchFiles')).toHaveLength(2);
		expect(await list('searchFiles', 'report')).toEqual([{ name: 'Report.pdf', value: id }]);
	});

	it('lists the reviews that wait, of the chosen run when there is one', async () => {
		const { agentId } = stage.account.createAgent(twoReviewsAgent);
		const runs = [1, 2].map(() => stage.account.startRun(agentId, { title: 'T', text: 'A text' }));
		for (let tries = 0; tries < 400 && stage.account.reviews().length < 4; tries++) {
			await new Promise((resume) => setTimeout(resume, 5));
		}
		expect(await list('searchReviews')).toHaveLength(4);
		const ofRun = await list('searchReviews', undefined, { runId: rl(String(runs[0])) });
		expect(ofRun.map(({ name }) => name).sort()).toEqual([
			'Is this text fine? A text',
			'Is this title fine? T',
		]);
	});

	it('lists schedules with when they run', async () => {
		const { agentId } = stage.account.createAgent(greetingAgent);
		const { items } = await stage.run({
			resource: 'schedule',
			operation: 'create',
			agentId: rl(agentId),
			name: 'News',
			inputsMode: 'json',
			inputsJson: '{"name":"Ada"}',
		});
		expect(await list('searchSchedules', 'news')).toEqual([
			{ name: 'News (every weekday at 09:00, UTC)', value: items[0]?.json.id },
		]);
	});

	it('lists timezones', async () => {
		expect((await list('searchTimezones'))[0]?.name).toBe('UTC');
		expect(await list('searchTimezones', 'new york')).toEqual([
			{ name: 'America/New_York', value: 'America/New_York' },
		]);
		expect(await list('searchTimezones', 'kyiv')).toEqual([
			{ name: 'Europe/Kyiv', value: 'Europe/Kyiv' },
		]);
	});
});
