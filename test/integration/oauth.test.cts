import type { INodeExecutionData } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { failureOf } from '../harness/account.cts';
import { setTrigger } from '../harness/poll.cts';
import { setOAuthStage, type OAuthStage } from '../harness/oauth.cts';
import { rl } from '../harness/locator.cts';
import { runWatchers } from '../../client/process/processState';

const GET_AGENT = { resource: 'agent', operation: 'get' };

describe('An account connected over OAuth2', () => {
	let stage: OAuthStage;
	let agentId: string;

	beforeEach(async () => {
		stage = await setOAuthStage();
		agentId = stage.emulator.oauth.account?.createAgent(greetingAgent).agentId ?? '';
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.close();
	});

	const items = (count: number): INodeExecutionData[] =>
		Array.from({ length: count }, () => ({ json: {} }));
	const get = async (count: number, settings?: object) =>
		await stage.run({ ...GET_AGENT, agentId: rl(agentId) }, items(count), settings);

	it('is used for requests', async () => {
		const result = await get(3);
		expect(result.error).toBeUndefined();
		expect(result.items).toHaveLength(3);
		expect(stage.renewals()).toBe(0);
		const headers = stage.emulator.requests.at(-1)?.headers;
		expect(headers?.authorization).toBe(`Bearer ${String(stage.tokens().access_token)}`);
		expect(headers?.['x-api-key']).toBeUndefined();
	});

	it('never shows a token that is past its time, and renews it once for twenty items', async () => {
		await get(2);
		stage.forget();
		stage.expire();
		const result = await get(20);
		expect(result.error).toBeUndefined();
		expect(result.items).toHaveLength(20);
		expect({ renewals: stage.renewals(), refusals: stage.refusals() }).toEqual({
			renewals: 1,
			refusals: 0,
		});
	});

	it('shows a token once that AutoGPT ended early, and renews it once', async () => {
		await stage.revoke(stage.tokens().access_token);
		stage.forget();
		const result = await get(20);
		expect(result.error).toBeUndefined();
		expect(result.items).toHaveLength(20);
		expect({ renewals: stage.renewals(), refusals: stage.refusals() }).toEqual({
			renewals: 1,
			refusals: 1,
		});
	});

	it('lets the trigger poll on with a renewed token', async () => {
		const { account } = stage.emulator.oauth;
		const trigger = setTrigger({
			credential: {},
			credentialType: 'autoGptOAuth2Api',
			store: stage.store,
			parameters: { authentication: 'oAuth2', events: ['runFinished'] },
		});
		await trigger.poll();
		const run = account?.startRun(agentId, { name: 'Ada' }) ?? '';
		while (account?.run(run).status !== 'COMPLETED') {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		stage.forget();
		stage.expire();
		const items = await trigger.poll();
		expect(items.map(({ json }) => json.id)).toEqual([run]);
		expect({ renewals: stage.renewals(), refusals: stage.refusals() }).toEqual({
			renewals: 1,
			refusals: 0,
		});
	});

	it('goes on with the same watch of runs after a token was renewed', async () => {
		const { account } = stage.emulator.oauth;
		const { agentId: manual } = account?.createAgent(greetingAgent, { manual: true }) ?? {};
		const runs = Array.from({ length: 4 }, () => {
			const run = account?.startRun(manual ?? '', { name: 'Ada' }) ?? '';
			account?.setRunStatus(run, 'RUNNING');
			return run;
		});
		const waitFor = async (run?: string) =>
			await stage.run({ resource: 'run', operation: 'wait', runId: rl(run ?? ''), options: {} });
		const lists = () => stage.emulator.requests.filter(({ path }) => path.includes('/runs?'));
		const settled = async (isSo: () => boolean) => {
			while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
		};
		const before = [waitFor(runs[0]), waitFor(runs[1])];
		await settled(() => lists().length > 0);
		expect(runWatchers.size).toBe(1);
		stage.forget();
		stage.expire();
		await get(1);
		expect(stage.renewals()).toBe(1);
		const after = [waitFor(runs[2]), waitFor(runs[3])];
		const seen = lists().length;
		await settled(() => lists().length > seen + 1);
		expect(runWatchers.size).toBe(1);
		for (const run of runs) account?.finishRun(run, 'COMPLETED', { greeting: ['Hello!'] });
		const results = await Promise.all([...before, ...after]);
		expect(results.map(({ items: [item] }) => item?.json.id)).toEqual(runs);
		expect(runWatchers.size).toBe(0);
	});

	it('watches apart what was connected anew', async () => {
		const { account } = stage.emulator.oauth;
		const { agentId: manual } = account?.createAgent(greetingAgent, { manual: true }) ?? {};
		const runs = Array.from({ length: 2 }, () => account?.startRun(manual ?? '') ?? '');
		const waitFor = async (run?: string) =>
			await stage.run({ resource: 'run', operation: 'wait', runId: rl(run ?? ''), options: {} });
		const waits = [waitFor(runs[0])];
		while (runWatchers.size < 1) await new Promise((resolve) => setTimeout(resolve, 10));
		await stage.connect();
		waits.push(waitFor(runs[1]));
		while (runWatchers.size < 2) await new Promise((resolve) => setTimeout(resolve, 10));
		for (const run of runs) account?.finishRun(run, 'COMPLETED', { greeting: ['Hello!'] });
		await Promise.all(waits);
		expect(runWatchers.size).toBe(0);
	});

	it('renews a token whose time runs out between two runs', async () => {
		stage.emulator.oauth.accessTokenLifetimeSeconds = 2;
		await stage.connect();
		await get(2);
		await new Promise((resolve) => setTimeout(resolve, 2_000));
		stage.forget();
		const result = await get(20);
		expect(result.error).toBeUndefined();
		expect({ renewals: stage.renewals(), refusals: stage.refusals() }).toEqual({
			renewals: 1,
			refusals: 0,
		});
	});

	it('recovers when a token ends early in the midst of parallel work', async () => {
		await get(1);
		await stage.revoke(stage.tokens().access_token);
		stage.forget();
		const result = await get(20);
		expect(result.error).toBeUndefined();
		expect(stage.renewals()).toBe(1);
		expect(stage.refusals()).toBeLessThanOrEqual(5);
	});

	it('takes the token that was stored meanwhile, as by another worker', async () => {
		await get(1);
		stage.expire();
		await stage.connect();
		stage.forget();
		expect((await get(5)).error).toBeUndefined();
		expect(stage.renewals()).toBe(0);
	});

	it.each([1, 2])(
		'takes what another worker stores after reading %i of the old token',
		async (at) => {
			await get(1);
			stage.expire();
			const { store } = stage;
			const old = stage.tokens().access_token;
			const read = store.getDecrypted.bind(store);
			let readings = 0;
			store.getDecrypted = async (...request) => {
				const credential = await read(...request);
				if (old === stage.tokens().access_token && ++readings === at) await stage.connect();
				return credential;
			};
			stage.forget();
			expect((await get(5)).error).toBeUndefined();
			expect(readings).toBe(at);
			expect({ renewals: stage.renewals(), refusals: stage.refusals() }).toEqual({
				renewals: 0,
				refusals: 0,
			});
		},
	);

	it('asks to connect again when the access cannot be renewed, and asks AutoGPT only once', async () => {
		await stage.revoke(stage.tokens().refresh_token);
		stage.expire();
		stage.forget();
		const { items: failed } = await get(12, { onError: 'continueRegularOutput' });
		expect(failed).toHaveLength(12);
		const { message, description } = failureOf(failed[11]);
		expect(message).toBe(
			"The AutoGPT account of the credential 'AutoGPT test account' must be connected again",
		);
		expect(description).toContain('Open the credential in n8n and press Connect.');
		expect(stage.renewals()).toBe(1);
		expect(JSON.stringify(failed)).not.toMatch(/agpt_(xt|rt|secret)_/);
		await stage.connect();
		expect((await get(2)).error).toBeUndefined();
	});

	it('shows a token once that was taken back, and not again in the next execution', async () => {
		stage.emulator.oauth.takeBack(stage.app.clientId);
		stage.forget();
		for (let execution = 1; execution <= 2; execution++) {
			const { items: failed } = await get(20, { onError: 'continueRegularOutput' });
			expect(failed).toHaveLength(20);
			expect(failureOf(failed[19]).message).toContain('must be connected again');
		}
		expect({ renewals: stage.renewals(), refusals: stage.refusals() }).toEqual({
			renewals: 1,
			refusals: 1,
		});
		await stage.connect();
		expect((await get(20)).error).toBeUndefined();
		expect(stage.refusals()).toBe(1);
	});

	it('does not show a token again that ended early while the relay is away', async () => {
		stage.relay.status = 404;
		await stage.revoke(stage.tokens().access_token);
		stage.forget();
		for (let execution = 1; execution <= 2; execution++) {
			await get(20, { onError: 'continueRegularOutput' });
		}
		expect(stage.refusals()).toBe(1);
	});

	it.each([
		['a relay that is not published', 404, /relay did not renew .* status 404/],
		['a relay whose n8n is broken', 500, /relay did not renew .* 500/],
	])('names %s', async (_, status, message) => {
		stage.relay.status = status;
		stage.expire();
		const { error } = await get(1);
		expect(error?.message).toMatch(message);
		expect(error?.description).toContain('AutoGPT OAuth Relay');
	});

	it('names a wrong client secret', async () => {
		const [stored] = Object.values(stage.store.byId);
		Object.assign(stored ?? {}, { clientSecret: 'agpt_secret_of_nobody' });
		stage.expire();
		const { error } = await get(1);
		expect(error?.message).toMatch(/did not accept the Client ID and Client Secret/);
		expect(JSON.stringify(error)).not.toContain('agpt_secret_of_nobody');
	});

	it.each([
		['a page with status 400', { html: 400 }],
		['a page with status 401', { html: 401 }],
		['status 429', { status: 429, body: { detail: 'Slow down' } }],
		['status 503', { empty: 503 }],
		['no answer', { before: 'drop' as const }],
	])('goes on later when the token endpoint gives %s', async (_, kind) => {
		const token = stage.tokens().access_token;
		stage.emulator.faults.add({ path: /oauth\/token/, kind });
		stage.expire();
		const { error } = await get(1);
		expect(error?.message).toBe("AutoGPT's access token could not be renewed for now");
		expect(error).toMatchObject({ failure: { cause: 'temporarily-unavailable' } });
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 6_000);
		const { error: later } = await get(1);
		clock.mockRestore();
		expect(later).toBeUndefined();
		expect(stage.tokens().access_token).not.toBe(token);
	});

	it('says so when the token endpoint cannot read the request', async () => {
		stage.emulator.faults.add({ path: /oauth\/token/, kind: { status: 422, body: {} } });
		stage.expire();
		const { error } = await get(1);
		expect(error?.message).toContain('was not taken');
		expect(error?.description).toContain('Client ID and Client Secret');
	});

	it('says that nobody connected it yet', async () => {
		const [stored] = Object.values(stage.store.byId);
		delete stored?.oauthTokenData;
		const { error } = await get(1);
		expect(error?.message).toMatch(/is not connected to an AutoGPT account/);
	});

	it('names a permission that was not given', async () => {
		const { error } = await stage.run({
			resource: 'review',
			operation: 'getMany',
			returnAll: true,
		});
		expect(error?.message).toContain('needs the permission Read Run Review (READ_RUN_REVIEW)');
		expect(error?.description).toContain('connect the account again');
	});

	it('makes sure of the token before it streams a file', async () => {
		await stage.revoke(stage.tokens().access_token);
		stage.forget();
		const data = Buffer.from('hello').toString('base64');
		const { error } = await stage.run({ resource: 'file', operation: 'upload' }, [
			{ json: {}, binary: { data: { data, mimeType: 'text/plain', fileName: 'a.txt' } } },
		]);
		expect(error).toBeUndefined();
		expect(stage.emulator.oauth.account?.files()).toHaveLength(1);
		expect(stage.refusals()).toBe(1);
	});

	it('streams a file without another request once the token was seen to work', async () => {
		await get(1);
		const before = stage.emulator.requests.length;
		const data = Buffer.from('hello').toString('base64');
		const files = ['a.txt', 'b.txt'].map((fileName) => ({
			json: {},
			binary: { data: { data, mimeType: 'text/plain', fileName } },
		}));
		const { error } = await stage.run({ resource: 'file', operation: 'upload' }, files);
		expect(error).toBeUndefined();
		const requests = stage.emulator.requests.slice(before).map(({ method }) => method);
		expect(requests).toEqual(['POST', 'POST']);
	});
});

describe('A team in an OAuth2 credential', () => {
	it('is sent along', async () => {
		const stage = await setOAuthStage({ teamId: 'team-of-nobody' });
		const { error } = await stage.run({ resource: 'agent', operation: 'getMany' });
		expect(error?.message).toBeDefined();
		expect(stage.emulator.requests.at(-1)?.headers['x-team-id']).toBe('team-of-nobody');
		await stage.close();
	});
});
