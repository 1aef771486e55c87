import type { INodeParameters } from 'n8n-workflow';

import { permissionWords } from '../../client/contract/permissions';
import { greetingAgent, reviewAgent } from '../emulator/agents';
import { Client } from '../emulator/client.cts';
import { startEmulator, type Account, type Emulator, type Scope } from '../emulator/index.cts';
import { runNode } from '../harness/engine.cts';
import { rl } from '../harness/locator.cts';

describe('What AutoGPT refuses with status 403', () => {
	let emulator: Emulator;
	let owner: Account;
	let mate: Account;
	let runId: string;
	let graphId: string;
	let nodeExecId: string;

	beforeAll(async () => {
		emulator = await startEmulator({ limits: false });
		[owner, mate] = ['Ann', 'Bob'].map((name) =>
			emulator.createAccount({ name, organization: 'Acme' }),
		) as [Account, Account];
		const agent = owner.createAgent(reviewAgent);
		graphId = agent.graphId;
		runId = owner.startRun(agent.agentId, { text: 'Draft' });
		await new Client(emulator, owner).until(runId, 'REVIEW');
		nodeExecId = owner.reviews()[0]?.nodeExecId ?? '';
	});

	afterEach(() => {
		emulator.mode.teamMates = 'forbidden';
		emulator.mode.scopeNames = 'new';
		emulator.faults.clear();
	});

	afterAll(async () => {
		expect(emulator.contractViolations).toEqual([]);
		await emulator.close();
	});

	const run = async (parameters: INodeParameters, key = mate.createKey()) =>
		await runNode({ credential: { apiKey: key, baseUrl: emulator.baseUrl }, parameters });

	const onRun = (operation: string) => (): INodeParameters => ({
		resource: 'run',
		operation,
		runId: rl(runId),
	});
	const onGraph = (operation: string, more: INodeParameters) => (): INodeParameters => ({
		resource: 'graph',
		operation,
		graphId: rl(graphId),
		...more,
	});

	const ofOwners: Array<[string, string, () => INodeParameters]> = [
		['run', 'stop it', onRun('stop')],
		['run', 'delete it', onRun('delete')],
		['run', 'share it', onRun('share')],
		['run', 'stop sharing it', onRun('stopSharing')],
		[
			'graph',
			'save a new version of it',
			onGraph('update', { graphJson: JSON.stringify(greetingAgent) }),
		],
		['graph', 'choose its active version', onGraph('setActiveVersion', { version: rl('1') })],
	];

	const [stop] = ofOwners.map(([, , parameters]) => parameters);

	it.each(ofOwners)("a team-mate's %s: only the owner can %s", async (what, deed, parameters) => {
		const { error } = await run(parameters());
		const id = what === 'run' ? runId : graphId;
		expect(error?.message).toBe(
			`The ${what} '${id}' belongs to another member of your organization`,
		);
		expect(error?.description).toContain(`Only its owner can ${deed}`);
		expect(error?.description).toContain('belongs to another member');
		expect(error?.description).not.toMatch(/permission|make a new/i);
	});

	it.each(ofOwners)('says so of a %s that is not found on older servers: %s', async (...row) => {
		const [, deed, parameters] = row;
		emulator.mode.teamMates = 'notFound';
		const { error } = await run(parameters());
		expect(error?.message).toContain('was not found');
		expect(error?.description).toContain(`only its owner can ${deed}`);
	});

	it("says so of a team-mate's reviews, which are not even listed", async () => {
		const { error } = await run({
			resource: 'review',
			operation: 'answer',
			runId: rl(runId),
			reviewId: rl(nodeExecId),
			decision: 'approve',
		});
		expect(error?.message).toContain('has no review');
		expect(error?.description).toContain('only its owner can answer its reviews');
	});

	it('still names a permission that is missing', async () => {
		const key = mate.createKey({ scopes: ['IDENTITY'] });
		const { error } = await run(stop!(), key);
		expect(error?.message).toContain('needs the permission Write Run (WRITE_RUN)');
		expect(error?.description).toContain('make a new API key');
	});

	it.each<[INodeParameters, string, Scope[]]>([
		[{ resource: 'file', operation: 'getMany' }, 'DOWNLOAD_FILES', ['READ_FILES']],
		[{ resource: 'run', operation: 'getMany' }, 'READ_LIBRARY', ['READ_RUN']],
		[{ resource: 'marketplaceAgent', operation: 'getMany' }, 'READ_STORE', ['IDENTITY']],
	])('names the permission that an older server asks for: %j', async (parameters, name, scopes) => {
		emulator.mode.scopeNames = 'old';
		const { error } = await run(parameters, mate.createKey({ scopes }));
		expect(error?.message).toContain(`needs the permission ${permissionWords(name)}`);
		for (const scope of scopes) expect(error?.description).not.toContain(scope);
	});

	it('takes a role that is missing for no permission', async () => {
		const { error } = await run({ resource: 'credit', operation: 'getBalance' });
		expect(error?.message).toContain('This needs the owner or billing manager role');
		expect(error?.description).toContain('No permission is missing');
	});

	it('does not take the page of a firewall for a word of AutoGPT', async () => {
		emulator.faults.add({ method: 'POST', kind: { html: 403 } });
		const { error } = await run(stop!());
		expect(error?.message).toContain('Something between n8n and AutoGPT');
		expect(error?.description).not.toContain('WRITE_RUN');
	});
});
