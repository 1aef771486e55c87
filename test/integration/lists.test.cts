import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { runAndWait, setStage, type Stage } from '../harness/account.cts';
import { loadOptions } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

const SAVED: Partial<INode> = { typeVersion: 1 };
/** What an expression returns for an item that lacks the value. */
const NOTHING = ['={{ "" }}', '={{ " " }}', '={{ $json.missing }}', '={{ null }}', '={{ [] }}'];

describe('Fields that take several texts', () => {
	let stage: Stage;
	let agentId: string;
	let graphId: string;

	beforeAll(async () => {
		stage = await setStage({ mode: { emptyFolderId: 'root' } });
		({ agentId, graphId } = stage.account.createAgent(greetingAgent));
		await profile({ username: 'ada', name: 'Ada', description: 'Writes' });
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const use = async (parameters: INodeParameters, settings: Partial<INode> = {}, json = {}) =>
		await stage.run(parameters, { settings, items: [{ json }] });
	const profile = async (updateFields: INodeParameters, settings?: Partial<INode>, json = {}) =>
		await use(
			{ resource: 'marketplaceProfile', operation: 'update', updateFields },
			settings,
			json,
		);
	const links = async (rows: INodeParameters[string], settings?: Partial<INode>, json = {}) => {
		const { items, error } = await profile({ links: rows }, settings, json);
		return error?.message ?? items[0]?.json.links;
	};

	describe('Links of the profile', () => {
		const both = ['https://a.example', 'https://b.example/x,y'];

		it('are one row each', async () => {
			expect(await links(both)).toEqual(both);
		});

		it.each<[string, INodeParameters[string], IDataObject]>([
			['a list in a row', ['={{ $json.links }}'], { links: both }],
			['text with commas in a row', ['={{ $json.links }}'], { links: both.join(', ') }],
			['text of a model', ['={{ $json.links }}'], { links: both.join(',') }],
			['a list for the whole field', '={{ $json.links }}', { links: both }],
			['text for the whole field', '={{ $json.links }}', { links: both.join(', ') }],
			['a list beside a row', [both[0] ?? '', '={{ $json.links }}'], { links: both.slice(1) }],
		])('may come from an expression: %s', async (_, rows, json) => {
			expect(await links(rows, {}, json)).toEqual(both);
		});

		it.each(NOTHING)(
			'are refused where the expression in a row returns nothing: %s',
			async (row) => {
				await links(both);
				expect(await links([both[0] ?? '', row])).toBe("Row 2 of 'Links' is empty");
				const { items } = await use({ resource: 'marketplaceProfile', operation: 'get' });
				expect(items[0]?.json.links).toEqual(both);
			},
		);

		it('are refused where a row was left empty, or all were removed', async () => {
			expect(await links([''])).toBe("Row 1 of 'Links' is empty");
			expect(await links([])).toBe("'Links' has no rows");
		});

		it('are removed by a switch of their own', async () => {
			await links(both);
			const { items } = await profile({ removeLinks: true });
			expect(items[0]?.json.links).toEqual([]);
			const two = await profile({ removeLinks: true, links: both });
			expect(two.error?.message).toBe("'Links' and 'Remove Links' exclude each other");
		});

		it('stay as they are where the model of a tool leaves them out', async () => {
			await links(both);
			const updateFields = { name: 'Ada', links: ['={{ $json.missing }}'] };
			const parameters = { resource: 'marketplaceProfile', operation: 'update', updateFields };
			const { items, error } = await stage.run(parameters, { asTool: true });
			expect(error).toBeUndefined();
			expect(items[0]?.json.links).toEqual(both);
		});

		it('are text with commas in saved nodes, and empty text removes them', async () => {
			expect(await links('https://a.example, https://b.example', SAVED)).toEqual([
				'https://a.example',
				'https://b.example',
			]);
			expect(await links('={{ ["https://a.example"] }}', SAVED)).toEqual(['https://a.example']);
			expect(await links('', SAVED)).toEqual([]);
		});
	});

	describe('Image URLs of a submission', () => {
		let slugs = 0;
		const submit = async (additionalFields: INodeParameters, settings?: Partial<INode>) => {
			const listing = { name: 'Hello', subHeading: 'Hi', description: 'Says hello' };
			const version = settings ? {} : { graphVersion: rl('1') };
			const { items, error } = await use(
				{
					...{ resource: 'submission', operation: 'create', graphId: rl(graphId), ...version },
					...{ ...listing, slug: `s${++slugs}`, simplify: false, additionalFields },
				},
				settings,
			);
			return error?.message ?? items[0]?.json;
		};

		it('are one row each', async () => {
			const imageUrls = ['https://a.example/1.png', '={{ "https://a.example/2.png" }}'];
			expect(await submit({ imageUrls })).toMatchObject({
				image_urls: ['https://a.example/1.png', 'https://a.example/2.png'],
			});
			expect(await submit({ imageUrls: [''] })).toBe("Row 1 of 'Image URLs' is empty");
			expect(await submit({})).toMatchObject({ image_urls: [] });
		});

		it('are text with commas in saved nodes', async () => {
			const imageUrls = 'https://a.example/1.png,https://a.example/2.png';
			expect(await submit({ imageUrls, categories: 'writing, demo' }, SAVED)).toMatchObject({
				image_urls: ['https://a.example/1.png', 'https://a.example/2.png'],
				categories: ['writing', 'demo'],
			});
			expect(await submit({ imageUrls: '' }, SAVED)).toMatchObject({ image_urls: [] });
		});
	});

	describe('Expected outputs', () => {
		const failOn = ['missingOutputs'];
		const expecting = async (
			expectedOutputs: INodeParameters[string],
			more: Partial<INode> = {},
		) => {
			const options: INodeParameters = { failOn, expectedOutputs };
			const { error } = await stage.run(runAndWait(agentId, { name: 'Ada' }, options), {
				settings: more,
			});
			return error?.message;
		};

		it.each([{}, SAVED])('are missed by name: %j', async (version) => {
			const isSaved = version.typeVersion === 1;
			expect(await expecting(isSaved ? 'greeting' : ['greeting'], version)).toBeUndefined();
			const several = isSaved ? 'greeting, more, other' : ['greeting', 'more', 'other'];
			expect(await expecting(several, version)).toContain('completed without: more, other');
			const byList = '={{ ["greeting", "more"] }}';
			expect(await expecting(byList, version)).toContain('completed without: more');
			expect(await expecting('={{ "greeting, more" }}', version)).toContain('without: more');
		});

		it('are all that the agent declares where none is chosen', async () => {
			expect(await expecting([])).toBeUndefined();
			expect(await expecting('', SAVED)).toBeUndefined();
		});

		it.each(NOTHING)(
			'start nothing where their expression returns nothing: %s',
			async (nothing) => {
				const starts = () =>
					stage.emulator.requests.filter(({ method }) => method === 'POST').length;
				const before = starts();
				const message = await expecting(nothing);
				expect(message).toBe(
					"The expression in 'Expected Output Names or IDs' returns nothing for this item",
				);
				expect(starts()).toBe(before);
				expect(await expecting(nothing, SAVED)).toBeUndefined();
			},
		);

		it('are rows where runs are waited for that were started before', async () => {
			const run = stage.account.startRun(agentId, { name: 'Ada' });
			const waiting = async (expectedOutputs: INodeParameters[string]) => {
				const { error } = await use({
					...{ resource: 'run', operation: 'wait', runId: rl(run) },
					options: { failOn, expectedOutputs },
				});
				return error?.message;
			};
			expect(await waiting(['greeting'])).toBeUndefined();
			expect(await waiting(['greeting', 'more'])).toContain('completed without: more');
			expect(await waiting([''])).toBe("Row 1 of 'Expected Outputs' is empty");
			expect(await waiting([1.5])).toContain('completed without: 1.5');
			expect(await waiting(['greeting', '={{ ({ a: 1 }) }}'])).toBe(
				"Row 2 of 'Expected Outputs' must be text",
			);
		});

		it('are offered as the agent declares them', async () => {
			const names = async (parameters: INodeParameters) =>
				(await loadOptions(stage, 'getExpectedOutputs', parameters)).map(({ value }) => value);
			expect(await names({ resource: 'agent', agentId: rl(agentId) })).toEqual(['greeting']);
			expect(await names({ resource: 'graph', graphId: rl(graphId) })).toEqual(['greeting']);
			const listing = rl('emulator-creator/greeting-agent');
			const listed = { resource: 'marketplaceAgent', marketplaceAgent: listing };
			expect(await names(listed)).toEqual([]);
			const toLibrary = { operation: 'addToLibrary', marketplaceAgent: listing };
			await use({ resource: 'marketplaceAgent', ...toLibrary });
			expect(await names(listed)).toEqual(['greeting']);
			const { items } = await use({ resource: 'block', returnAll: true, simplify: false });
			const block = items.find(({ json }) => json.name === 'FillTextTemplateBlock');
			const blockId = rl(String(block?.json.id));
			expect(await names({ resource: 'block', operation: 'run', blockId })).toEqual(['output']);
		});

		it('are none to choose from while an expression chooses the agent', async () => {
			const chosen = { resource: 'agent', agentId: rl('={{ $json.agent }}') };
			expect(await loadOptions(stage, 'getExpectedOutputs', chosen)).toEqual([]);
		});
	});
});
