import type { INodeParameters } from 'n8n-workflow';

import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';
import { greetingAgent } from '../emulator/agents';
import type { FaultKind } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';
import { parametersFor, trials, World } from '../operations/index.cts';

const PAGE = { 'Content-Type': 'text/html', Server: 'cloudflare' };
const continues = { onError: 'continueRegularOutput' as const };

/** What proxies, firewalls and login pages answer in AutoGPT's place. */
function page(status: number, headers: Record<string, string> = {}): FaultKind {
	return { raw: { status, headers: { ...PAGE, ...headers }, body: '<h1>Access denied</h1>' } };
}

describe('What answers between n8n and AutoGPT', () => {
	let stage: Stage;
	let agentId: string;

	beforeAll(async () => {
		stage = await setStage();
		agentId = stage.account.createAgent(greetingAgent).agentId;
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	async function failing(kind: FaultKind, parameters?: INodeParameters) {
		stage.emulator.faults.add({ times: Infinity, kind });
		const { error, items } = await stage.run(
			parameters ?? { resource: 'agent', operation: 'get', agentId: rl(agentId) },
			{ settings: continues },
		);
		return items[0]
			? failureOf(items[0])
			: { message: error?.message, description: String(error?.description), status: undefined };
	}

	it.each<[string, FaultKind, number]>([
		['a login page with 401', page(401), 401],
		['a firewall with 403', page(403), 403],
		['a proxy that wants a sign-in', page(407, { 'Proxy-Authenticate': 'Basic' }), 407],
		['a proxy without a route', page(405), 405],
		['a gateway that takes no such body', page(413), 413],
		[
			'an API gateway with JSON of its own',
			{
				raw: {
					status: 403,
					headers: { Server: 'cloudflare', 'Content-Type': 'application/json' },
					body: '{"message":"Forbidden"}',
				},
			},
			403,
		],
		['an empty answer', { raw: { status: 403, headers: { Server: 'cloudflare' } } }, 403],
	])('is named, with status and server: %s', async (_, kind, status) => {
		const { message, description, ...rest } = await failing(kind);
		expect(message).toBe(
			`Something between n8n and AutoGPT refused the request (status ${status}, server 'cloudflare')`,
		);
		expect(description).toContain(stage.emulator.baseUrl);
		expect(description).toContain('proxies');
		expect(`${message} ${description}`).not.toMatch(
			/permission [A-Z_]+|new API key|file is larger/,
		);
		expect(rest.status).toBe(status);
	});

	it('is not taken for a lack of a file by AutoGPT', async () => {
		const { message } = await failing(page(413), {
			resource: 'agent',
			operation: 'runAndWait',
			agentId: rl(agentId),
			inputsMode: 'json',
			inputsJson: '{"name":"Ada"}',
		});
		expect(message).toContain('Something between n8n and AutoGPT');
	});

	it.each([502, 503, 504, 520])(
		'is said with status %d of a gateway, as what may pass',
		async (status) => {
			const { message, description } = await failing(page(status, { 'Retry-After': '0' }));
			expect(message).toContain(`(status ${status}, server 'cloudflare')`);
			expect(message).toContain('Something between n8n and AutoGPT');
			expect(description).toContain('Try again');
		},
	);

	const ENDINGS = trials.filter(({ use }) => /\.(delete|stopSharing|setActiveVersion)$/.test(use));

	it.each(ENDINGS)('is not taken for what is done without a word: $use', async (trial) => {
		const world = new World(stage.emulator);
		const parameters = parametersFor(trial, await trial.given(world));
		for (const method of ['DELETE', 'PUT']) {
			stage.emulator.faults.add({ method, times: Infinity, kind: page(200) });
		}
		const { error, items } = await world.run(parameters);
		expect(items).toEqual([]);
		expect(error?.message).toContain('A page that is not JSON came back');
		expect(error?.description).toContain('something between n8n and AutoGPT');
	});

	it('may have let a write pass before it failed', async () => {
		const duplicate = { resource: 'agent', operation: 'duplicate', agentId: rl(agentId) };
		const { description } = await failing(page(504), duplicate);
		expect(description).toContain('look in AutoGPT before you retry');
	});

	it.each([404, 409])('does not answer for AutoGPT: a page with status %d', async (status) => {
		const run = { resource: 'run', operation: 'stop', runId: rl('run-1') };
		const { message } = await failing(page(status), run);
		expect(message).not.toMatch(/was not found|finished|not running/);
	});

	it('has a rate limit of its own', async () => {
		const { message, description } = await failing(page(429, { 'Retry-After': '1000' }));
		expect(message).toContain('Something between n8n and AutoGPT');
		expect(message).toContain('429');
		expect(description).not.toContain('200 requests');
	});

	it('is not believed about a run: no second start, no loss', async () => {
		stage.emulator.faults.add({ method: 'POST', path: /\/runs$/, kind: page(403) });
		const before = stage.account.runs().length;
		const { items } = await stage.run(runAndWait(agentId, { name: 'Ada' }), {
			settings: continues,
		});
		expect(failureOf(items[0]).message).toContain('Something between n8n and AutoGPT');
		expect(stage.account.runs().length).toBe(before);
	});

	describe('that redirects', () => {
		it.each<[string, (base: string) => string, (base: string) => string]>([
			[
				'to the same address with https',
				(base) => `${base.replace('http:', 'https:')}/library/agents/x?secret=1`,
				(base) => `'Base URL' of the credential to ${base.replace('http:', 'https:')}`,
			],
			[
				'to a login page',
				() => 'https://login.example.org/?next=x&token=s3cret',
				() => 'https://login.example.org',
			],
			['to what is no address', () => 'http://[', () => 'an address that cannot be read'],
			['below itself', () => '/signin?token=s3cret', () => '/signin'],
		])('%s', async (_, location, wanted) => {
			const base = stage.emulator.baseUrl;
			const target = location(base);
			const kind: FaultKind = { raw: { status: 302, headers: { Location: target } } };
			const { message, description } = await failing(kind);
			expect(message).toContain(base);
			expect(`${message} ${description}`).toContain(wanted(base));
			expect(`${message} ${description}`).not.toContain('s3cret');
			expect(message).not.toContain('Invalid URL');
		});

		it('a download to what is no address', async () => {
			const { fileId } = await uploaded();
			stage.emulator.faults.add({
				path: /\/download$/,
				times: Infinity,
				kind: { raw: { status: 302, headers: { Location: 'http://[' } } },
			});
			const { items } = await stage.run(
				{ resource: 'file', operation: 'download', fileId: rl(fileId) },
				{ settings: continues },
			);
			expect(failureOf(items[0]).message).toBe(
				`File '${fileId}' could not be fetched from an address that cannot be read`,
			);
		});
	});

	async function uploaded() {
		const { items } = await stage.run(
			{ resource: 'file', operation: 'upload' },
			{
				items: [
					{
						json: {},
						binary: {
							data: {
								data: Buffer.from('x').toString('base64'),
								mimeType: 'text/plain',
								fileName: 'x.txt',
							},
						},
					},
				],
			},
		);
		return { fileId: String(items[0]?.json.id) };
	}

	it('sends bytes for ever: the request ends at its time', async () => {
		stage.emulator.faults.add({ times: Infinity, kind: { drip: 200 } });
		const client = await openStageClient(stage);
		const began = Date.now();
		await expect(client.call('listRuns', { timeoutMs: 400, maxTries: 1 })).rejects.toThrow(
			'did not answer in time',
		);
		expect(Date.now() - began).toBeLessThan(5_000);
	});
});
