import type { INodeParameters } from 'n8n-workflow';

import { BLOCK_IDS, nestingAgent } from '../emulator/agents';
import type { Account, GraphCreate, Scope } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { drawBlockForm, drawForm, filledForm } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

const EVERYTHING_BUT_GRAPHS: Scope[] = [
	...(['READ_LIBRARY', 'RUN_AGENT', 'READ_RUN', 'READ_INTEGRATIONS'] as const),
];

type Node = GraphCreate['nodes'][number];

const node = (id: string, block_id: string, input_default: Record<string, unknown>): Node => ({
	...{ id, block_id, input_default },
});

const link = (from: string, pin: string, to: string, sink: string) => ({
	...{ id: `${from}-${to}-${sink}`, source_id: from, source_name: pin },
	...{ sink_id: to, sink_name: sink, is_static: false },
});

/** Asks a model that the input `engine` names, unless another node is given in its place. */
function modelAgent(source?: Node, pin = 'result', defaults: Record<string, unknown> = {}) {
	const nodes = [
		node('prompt', BLOCK_IDS.input, { name: 'prompt' }),
		...(source ? [source] : []),
		node('ai', BLOCK_IDS.conversation, defaults),
		node('out', BLOCK_IDS.output, { name: 'answer' }),
	];
	const links = [
		link('prompt', 'result', 'ai', 'prompt'),
		...(source ? [link(source.id, pin, 'ai', 'model')] : []),
		link('ai', 'response', 'out', 'value'),
	];
	return { name: 'Model agent', description: '', nodes, links, is_active: true };
}

const engine = node('engine', BLOCK_IDS.dropdownInput, {
	...{ name: 'engine', value: 'm-a', placeholder_values: ['m-a', 'm-b'] },
});

describe('A credential that depends on another input', () => {
	let stage: Stage;
	let account: Account;
	let key: string;

	beforeAll(async () => {
		stage = await setStage();
	});

	beforeEach(() => {
		account = stage.emulator.createAccount();
		key = account.createKey();
	});

	afterAll(async () => {
		await stage.emulator.close();
		expect(stage.emulator.contractViolations).toEqual([]);
	});

	const addKeys = (...providers: string[]) => {
		for (const provider of providers) account.addCredential({ provider, title: `My ${provider}` });
	};

	const json = (inputs: object, credentials: object = {}): INodeParameters => ({
		inputsMode: 'json',
		inputsJson: typeof inputs === 'string' ? inputs : JSON.stringify(inputs),
		credentialsMode: 'json',
		credentialsJson: JSON.stringify(credentials),
	});

	const block = async (parameters: INodeParameters, items = [{}]) =>
		await stage.run(
			{ resource: 'block', operation: 'run', blockId: rl(BLOCK_IDS.conversation), ...parameters },
			{ key, items: items.map((one) => ({ json: one })) },
		);

	const agent = async (graph: GraphCreate, parameters: INodeParameters, other = key) => {
		const { agentId } = account.createAgent(graph);
		return await stage.run(
			{ resource: 'agent', operation: 'runAndWait', agentId: rl(agentId), ...parameters },
			{ key: other },
		);
	};

	const answer = ({ items }: { items: Array<{ json: object }> }) =>
		items.map(({ json }) => Object.values((json as { outputs: object }).outputs)[0] as unknown);

	describe('of a block', () => {
		it('is not filled in where it is that of another provider', async () => {
			addKeys('openai');
			const { error } = await block(json({ prompt: 'Hi', model: 'm-b' }));
			expect(error?.message).toContain(
				"Block 'AI Conversation' has no fitting credential for: anthropic-openai_api_key_credentials",
			);
			expect(error?.description).toContain("takes api_key of anthropic, since 'model' is 'm-b'.");
			expect(account.runs()).toEqual([]);
			const fitting = await block(json({ prompt: 'Hi', model: 'm-a' }));
			expect(answer(fitting)).toEqual(['Made-up answer of m-a by openai to: Hi']);
		});

		it('follows the default of the input where it is left out', async () => {
			addKeys('anthropic');
			const { error } = await block(json({ prompt: 'Hi' }));
			expect(error?.description).toContain("takes api_key of openai, since 'model' is 'm-a'.");
			expect(account.runs()).toEqual([]);
		});

		it('is filled in for each item by its own value', async () => {
			addKeys('openai', 'anthropic');
			const result = await block(
				json('={{ JSON.stringify({ prompt: "Hi", model: $json.model }) }}' as never),
				[{ model: 'm-b' }, { model: 'm-a' }],
			);
			expect(result.error).toBeUndefined();
			expect(answer(result)).toEqual([
				'Made-up answer of m-b by anthropic to: Hi',
				'Made-up answer of m-a by openai to: Hi',
			]);
			const { fields } = await drawBlockForm(stage, rl(BLOCK_IDS.conversation), key);
			expect(fields.at(-1)).toMatchObject({
				...{ id: 'credential:anthropic-openai_api_key_credentials', required: false },
			});
		});

		it('is chosen by the user among several of the right provider', async () => {
			addKeys('openai', 'anthropic', 'anthropic');
			const { error } = await block(json({ prompt: 'Hi', model: 'm-b' }));
			expect(error?.message).toContain('needs a choice of credential for');
			expect(error?.description).toContain('My anthropic (anthropic, API key)');
			expect(error?.description).not.toContain('My openai');
		});

		it('is refused where the user chose one of another provider', async () => {
			addKeys('anthropic');
			const { id } = account.addCredential({ provider: 'openai' });
			const field = 'anthropic-openai_api_key_credentials';
			const { error } = await block(json({ prompt: 'Hi', model: 'm-b' }, { [field]: id }));
			expect(error?.message).toContain(`cannot use the credential chosen for: ${field}`);
			expect(account.runs()).toEqual([]);
		});
	});

	describe('of an agent', () => {
		it('follows an input of the agent, given or by default', async () => {
			addKeys('anthropic');
			const { error } = await agent(modelAgent(engine), json({ prompt: 'Hi' }));
			expect(error?.description).toContain("takes api_key of openai, since 'model' is 'm-a'.");
			expect(account.runs()).toEqual([]);
			const given = await agent(modelAgent(engine), filledForm({ prompt: 'Hi', engine: 'm-b' }));
			expect(answer(given)).toEqual(['Made-up answer of m-b by anthropic to: Hi']);
		});

		it('follows the default of the block where nothing else is set', async () => {
			addKeys('anthropic');
			const { error } = await agent(modelAgent(), json({ prompt: 'Hi' }));
			expect(error?.description).toContain("takes api_key of openai, since 'model' is 'm-a'.");
			addKeys('openai');
			expect(answer(await agent(modelAgent(), json({ prompt: 'Hi' })))).toEqual([
				'Made-up answer of m-a by openai to: Hi',
			]);
		});

		it('is that of the value set in the graph', async () => {
			addKeys('anthropic', 'openai');
			const fixed = modelAgent(undefined, '', { model: 'm-b' });
			expect(answer(await agent(fixed, json({ prompt: 'Hi' })))).toEqual([
				'Made-up answer of m-b by anthropic to: Hi',
			]);
		});

		it('is chosen by the user where another block decides, or nobody knows', async () => {
			const { id } = account.addCredential({ provider: 'anthropic' });
			const made = node('made', BLOCK_IDS.template, { format: 'm-b', values: {} });
			const open = modelAgent(made, 'output');
			const { error } = await agent(open, json({ prompt: 'Hi' }));
			expect(error?.message).toContain('needs a choice of credential for');
			expect(error?.description).toContain("which depends on 'model'");
			const odd = await agent(modelAgent(engine), json({ prompt: 'Hi', engine: 'm-z' }));
			expect(odd.error).toBeDefined();
			const inner = account.createAgent(modelAgent(engine));
			const nested = await agent(nestingAgent(inner.graphId), json({ name: 'Hi' }));
			expect(nested.error?.message).toContain('needs a choice of credential for');
			const blind = account.createKey({ scopes: EVERYTHING_BUT_GRAPHS });
			const unread = await agent(modelAgent(engine), json({ prompt: 'Hi' }), blind);
			expect(unread.error?.message).toContain('needs a choice of credential for');
			expect(unread.error?.description).toContain('READ_GRAPH');
			expect(account.runs()).toEqual([]);
			const field = 'anthropic-openai_api_key_credentials';
			const chosen = await agent(open, json({ prompt: 'Hi' }, { [field]: id }));
			expect(answer(chosen)).toEqual(['Made-up answer of m-b by anthropic to: Hi']);
		});

		it('need not be chosen in the form', async () => {
			addKeys('anthropic', 'openai');
			const { agentId } = account.createAgent(modelAgent(engine));
			const { fields } = await drawForm(stage, rl(agentId), key);
			expect(fields.at(-1)).toMatchObject({ required: false, removed: false });
		});
	});
});
