import type { INode, INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { openList } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

const SAVED: Partial<INode> = { typeVersion: 1 };

describe('Fields for names that AutoGPT has', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage({ mode: { emptyFolderId: 'root' } });
		stage.account.addCredential({ provider: 'openai', title: 'Mine' });
		stage.account.addCredential({ provider: 'github', title: 'Other' });
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const rows = async (parameters: INodeParameters, settings: Partial<INode> = {}) => {
		const { items, error } = await stage.run(parameters, { settings });
		return error?.message ?? items.map(({ json }) => json);
	};
	const named = (name: string) => rl(name, 'name');
	const offered = async (
		method: Parameters<typeof openList>[1],
		parameters: INodeParameters = {},
		filter?: string,
	) => (await openList(stage, method, parameters, filter)).map(({ value }) => value);

	it('offer what there is, in order, and find it', async () => {
		expect(await offered('searchCategories')).toEqual(['demo']);
		expect(await offered('searchCategories', {}, 'WRIT')).toEqual([]);
		expect(await offered('searchBlockCategories')).toEqual(expect.arrayContaining(['TEXT']));
		expect(await offered('searchBlockCategories', {}, 'tex')).toEqual(['TEXT']);
		expect(await offered('searchKeptProviders')).toEqual(['github', 'openai']);
	});

	it('offer the providers that blocks take a credential of, by its kind', async () => {
		const providers = await offered('searchProviders', { kind: 'apiKey' });
		expect(providers).toContain('openai');
		expect(providers).toEqual([...providers].sort());
		expect(await offered('searchProviders', { kind: 'hostScoped' })).not.toContain('openai');
	});

	describe.each<[string, INodeParameters, string, object, string]>([
		['marketplaceAgent', {}, 'category', { slug: 'greeting-agent' }, 'demo'],
		['search', { query: 'greeting' }, 'category', { content_type: 'STORE_AGENT' }, 'demo'],
		['block', {}, 'category', { name: expect.stringMatching(/^Fill ?Text ?Template/) }, 'text'],
		['integrationCredential', {}, 'provider', { provider: 'openai' }, 'OpenAI'],
	])('Filters of %s', (resource, more, name, found, value) => {
		const filtered = async (filter: INodeParameters[string], settings?: Partial<INode>) =>
			await rows(
				{ resource, operation: 'getMany', ...more, filters: { [name]: filter } },
				settings,
			);

		it('take a name that the list does not have, and text in saved nodes', async () => {
			const one = expect.arrayContaining([expect.objectContaining(found)]);
			expect(await filtered(named(value))).toEqual(one);
			expect(await filtered(named(`={{ "${value}" }}`))).toEqual(one);
			expect(await filtered(value, SAVED)).toEqual(one);
			expect(await filtered(named('of-a-newer-server'))).toEqual([]);
		});

		it('refuse an expression that returns nothing, except in a tool', async () => {
			const label = name === 'category' ? 'Category' : 'Provider';
			const nothing = named('={{ $json.missing }}');
			expect(await filtered(nothing)).toBe(`'${label}' is empty`);
			const parameters = { resource, operation: 'getMany', ...more, filters: { [name]: nothing } };
			const { error } = await stage.run(parameters, { asTool: true });
			expect(error).toBeUndefined();
		});
	});

	it('name the provider of a new credential', async () => {
		const create = { resource: 'integrationCredential', operation: 'create', apiKey: 'sk-secret' };
		const made = await rows({ ...create, provider: named('a-new-one') });
		expect(made).toMatchObject([{ provider: 'a-new-one' }]);
		expect(await rows({ ...create, provider: 'saved' }, SAVED)).toMatchObject([
			{ provider: 'saved' },
		]);
		expect(await rows({ ...create, provider: named('={{ "" }}') })).toBe("'Provider' is empty");
	});

	describe('Categories of a submission', () => {
		let slugs = 0;
		const submit = async (categories: INodeParameters[string]) => {
			const { graphId } = stage.account.createAgent(greetingAgent);
			const listing = { name: 'Hello', subHeading: 'Hi', description: 'Says hello' };
			const [submission] = [
				await rows({
					...{ resource: 'submission', operation: 'create', graphId: rl(graphId) },
					...{ graphVersion: rl('1'), ...listing, slug: `c${++slugs}`, simplify: false },
					additionalFields: { categories },
				}),
			].flat();
			return typeof submission === 'string' ? submission : submission?.categories;
		};
		const picked = (...names: string[]) => ({
			category: names.map((name) => ({ category: named(name) })),
		});

		it('are one row each, picked or named', async () => {
			expect(await submit(picked('demo', '={{ "writing" }}'))).toEqual(['demo', 'writing']);
		});

		it('may come from an expression as a list or with commas', async () => {
			expect(await submit(picked('={{ ["demo", "writing"] }}'))).toEqual(['demo', 'writing']);
			expect(await submit(picked('={{ "demo, writing" }}'))).toEqual(['demo', 'writing']);
		});

		it('are refused without rows, as n8n leaves them of an expression for the whole', async () => {
			expect(await submit('={{ ["demo", "writing"] }}')).toBe("'Categories' has no rows");
		});

		it('are refused with an empty row', async () => {
			expect(await submit(picked('demo', '={{ $json.missing }}'))).toBe(
				"Row 2 of 'Categories' is empty",
			);
		});
	});
});
