import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { credentialAgent, greetingAgent } from '../emulator/agents';
import { Client } from '../emulator/client.cts';
import type { GraphCreate, Schemas } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { drawGraphForm, drawListedForm } from '../harness/form.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { rl } from '../harness/locator.cts';
import { CONTINUE } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const START = { method: 'POST', path: /\/tools\/run-agent$/ };
const LISTING = 'emulator-creator/greeting-agent';

describe('Marketplace Agent > Run and Wait on a server with API v1 only', () => {
	let stage: Stage;

	beforeEach(async () => {
		resetProcessState();
		stage = await setStage({ mode: { version: 'none', v1: 'V7' } });
	});

	afterEach(async () => {
		jest.restoreAllMocks();
		expect(stage.emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
		await stage.emulator.close();
	});

	const use = (more: INodeParameters = {}): INodeParameters => ({
		...{ resource: 'marketplaceAgent', operation: 'runAndWait', marketplaceAgent: rl(LISTING) },
		...{ inputsMode: 'json', inputsJson: '={{ JSON.stringify($json) }}' },
		...more,
	});
	const people = (...names: string[]): INodeExecutionData[] =>
		names.map((name) => ({ json: { name } }));
	const ADA = { items: people('Ada') };
	const starts = () =>
		stage.emulator.requests.filter(
			({ method, path }) => method === START.method && START.path.test(path),
		);
	const greetings = (items: INodeExecutionData[]) =>
		items.map(({ json }) => (json.outputs as { greeting?: string } | undefined)?.greeting);

	/** Parameters for an agent that somebody else has put on the marketplace. */
	async function listed(agent: GraphCreate, inputs: object): Promise<INodeParameters> {
		const { emulator } = stage;
		emulator.mode.version = 'N';
		const client = new Client(emulator, emulator.createAccount());
		const { graphId } = client.account.createAgent(agent);
		const texts = { name: 'Theirs', slug: 'theirs', description: 'x', sub_heading: 'x' };
		const path = '/marketplace/submissions';
		const json = { graph_id: graphId, graph_version: 1, ...texts };
		const { body } = await client.call<Schemas['Submission']>('POST', path, { json });
		emulator.decideSubmission(body.listing_version_id, true);
		await client.call('PATCH', '/marketplace/profile', { json: { username: 'maker' } });
		emulator.mode.version = 'none';
		return use({ marketplaceAgent: rl('maker/theirs'), inputsJson: JSON.stringify(inputs) });
	}

	it.each(['V5', 'V7'] as const)('greets by the agent of the marketplace: %s', async (v1) => {
		Object.assign(stage.emulator.mode, { v1 });
		const items = people('Ada', 'Bob', 'Ada');
		const { items: rows, error } = await stage.run(use(), { items });
		expect(error).toBeUndefined();
		expect(greetings(rows)).toEqual(['Hello, Ada!', 'Hello, Bob!', 'Hello, Ada!']);
		expect(rows.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(new Set(rows.map(({ json }) => json.id)).size).toBe(3);
		expect(starts()).toHaveLength(3);
		expect(JSON.parse(starts()[0]?.body ?? '')).toEqual({
			...{ username_agent_slug: LISTING, inputs: { name: 'Ada' }, use_defaults: false },
		});
	});

	it('says that servers before V4 lack it', async () => {
		Object.assign(stage.emulator.mode, { v1: 'V3' });
		const { error } = await stage.run(use(), ADA);
		expect(error?.message).toContain('early form of the older API v1');
		expect(stage.account.runs()).toEqual([]);
	});

	it('takes the defaults of inputs that are left out', async () => {
		const [input] = greetingAgent.nodes;
		const nodes = greetingAgent.nodes.map((node) =>
			node === input
				? { ...node, input_default: { ...node.input_default, value: 'friend' } }
				: node,
		);
		const { items, error } = await stage.run(await listed({ ...greetingAgent, nodes }, {}), ADA);
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, friend!']);
		expect(stage.account.runs()).toHaveLength(1);
	});

	it.each([
		['names inputs that the agent has not', greetingAgent, { nme: 'Ada' }, 'does not take: nme'],
		['names inputs that are missing', greetingAgent, {}, 'needs: name'],
		[
			'names the services of missing credentials',
			credentialAgent,
			{ prompt: 'Hi' },
			'needs a credential: ',
		],
	])('%s, and starts nothing', async (_, agent, inputs, message) => {
		const { error } = await stage.run(await listed(agent, inputs), ADA);
		expect(error?.message).toContain(message);
		expect(error?.description).toContain('AutoGPT said: ');
		expect(error?.description).toContain('Nothing was started.');
		expect(stage.account.runs()).toEqual([]);
		expect(starts()).toHaveLength(1);
	});

	it.each([
		['a lost response', { after: 'drop' as const }],
		['a fault after the run was made', { handledStatus: 500 }],
	])('never starts a second time after %s', async (_, kind) => {
		stage.emulator.faults.add({ ...START, kind, times: 9 });
		const { error } = await stage.run(use(), { ...ADA, settings: RETRY });
		expect(starts()).toHaveLength(1);
		expect(error?.message).toContain('Whether the run was started is not certain');
	});

	it.each([
		[
			'credentials',
			{
				credentialsMode: 'json',
				credentialsJson: '{"x":{"id":"c","provider":"github","type":"api_key"}}',
			},
		],
		['an idempotency key', { options: { idempotencyKey: 'order-7' } }],
	])('sends nothing where the user relies on %s', async (_, more) => {
		const { error } = await stage.run(use(more), ADA);
		expect(error?.message).toContain('This AutoGPT serves only the older API v1, which cannot');
		expect(starts()).toEqual([]);
	});

	it('fails the item of an unknown agent, and runs the others', async () => {
		const parameters = use({
			marketplaceAgent: rl('={{ $json.listing }}'),
			inputsJson: '{"name":"Ada"}',
		});
		const items = [LISTING, 'nobody/nothing', LISTING].map((listing) => ({ json: { listing } }));
		const { items: rows } = await stage.run(parameters, { items, ...CONTINUE });
		expect(greetings(rows)).toEqual(['Hello, Ada!', undefined, 'Hello, Ada!']);
		expect(stage.account.runs()).toHaveLength(2);
	});

	it('goes on with API v2 after the update, with the agent that is in the library by now', async () => {
		await stage.run(use(), ADA);
		Object.assign(stage.emulator.mode, { version: 'N' });
		resetProcessState();
		const { items, error, hints } = await stage.run(use(), ADA);
		expect(error).toBeUndefined();
		expect(greetings(items)).toEqual(['Hello, Ada!']);
		expect(hints).toEqual([]);
		expect(starts()).toHaveLength(1);
	});

	it('draws no forms, and says to use JSON', async () => {
		const ofListing = await drawListedForm(stage, rl(LISTING));
		const ofGraph = await drawGraphForm(stage, rl('some-graph'));
		for (const { fields, emptyFieldsNotice } of [ofListing, ofGraph]) {
			expect(fields).toEqual([]);
			expect(emptyFieldsNotice).toContain('serves only the older API v1');
			expect(emptyFieldsNotice).toMatch(/choose JSON under/i);
		}
	});
});
