import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PERMISSIONS } from '../../client/contract/permissions.ts';
import { openEditor, screenshot, type Editor } from '../host/editor.cts';
import { guidePicture } from '../host/guidePicture.cts';
import type { JsonObject } from '../host/json.cts';
import { hostRoot } from '../host/paths.cts';
import {
	connectAccount,
	consentUrl,
	createOAuth2Credential,
	OAUTH2_TYPE,
	publishRelay,
	redirectUrl,
	relayUrl,
} from '../host/relay.cts';
import { runNode } from '../host/run-node.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { chain, type CredentialReference } from '../host/workflow.cts';
import { slowAgent } from '../emulator/agents';
import { useStack } from './stack.cts';
import { rl } from '../harness/locator.cts';

const SECRETS = /agpt_(secret|xt|rt)_[\w-]{8}/;
const TOKEN_SECONDS = 4;
const everyday = PERMISSIONS.filter((permission) => permission.everyday);
const trace = join(hostRoot, 'e2e', 'oauth');

describe('OAuth2 in n8n', () => {
	const stack = useStack('oauth', { n8nEnv: { N8N_LOG_LEVEL: 'debug' } });
	let editor: Editor;
	let relayId: string;
	let client: { clientId: string; clientSecret: string };
	let otherClient: typeof client;

	const redirect = () => redirectUrl(stack());

	const credential = async (name: string, change: JsonObject = {}) =>
		await createOAuth2Credential(stack(), name, client, change);

	/** Opens the page to which Connect leads, answers it, and gives back what is shown then. */
	async function answer(
		id: string,
		decision: 'Allow' | 'Deny' | 'Back' | undefined,
	): Promise<string> {
		const url = await consentUrl(stack(), id);
		const page = await editor.page.context().newPage();
		try {
			await page.goto(url);
			if (decision) await page.getByRole('button', { name: decision }).click();
			await page.waitForLoadState('networkidle');
			// The reason stands under "More details", which is folded.
			return (await page.locator('body').textContent()) ?? '';
		} finally {
			await page.close();
		}
	}

	const tokenRequests = () =>
		stack().emulator.requests.filter(({ path }) => path.endsWith('/oauth/token')).length;
	const refusals = () =>
		stack().emulator.requests.filter(
			({ path, status }) => path.includes('/external-api/') && [401, 429].includes(status),
		).length;

	async function list(account: CredentialReference, items = 1) {
		return await runNode(stack().api, {
			type: AUTOGPT_NODE,
			parameters: { authentication: 'oAuth2', resource: 'agent', operation: 'getMany', limit: 1 },
			credentials: { [OAUTH2_TYPE]: account },
			items: Array.from({ length: items }, (_, index) => ({ index })),
			settings: { alwaysOutputData: true },
		});
	}

	beforeAll(async () => {
		client = stack().emulator.oauth.createApp({ redirectUris: [redirect()], name: 'Our n8n' });
		otherClient = stack().emulator.oauth.createApp({ redirectUris: [redirect()] });
		relayId = await publishRelay(stack(), [client, otherClient]);
		editor = await openEditor(stack().n8n);
	});

	afterAll(async () => await editor?.close());

	test('connects an account from the credential, by a click on Connect', async () => {
		const { id } = await credential('Connected by hand');
		const { page } = editor;
		await editor.goTo(`/home/credentials/${id}`, 'credential-edit-dialog');
		const connect = page.getByRole('button', { name: 'Connect', exact: true });
		await connect.waitFor();
		await guidePicture(page, 'oauth2-credential');
		const [popup] = await Promise.all([page.waitForEvent('popup'), connect.click()]);
		const allow = popup.getByRole('button', { name: 'Allow' });
		await allow.waitFor();
		await guidePicture(popup, 'oauth2-consent');
		await allow.click();
		await page.getByText('Account connected').waitFor();
		await guidePicture(page, 'oauth2-connected');
	});

	test('is made from a node by mouse, and chosen in its one list of credentials', async () => {
		const { api, credential: apiKey, credentials, emulator, n8n } = stack();
		const node = { name: 'AutoGPT', type: AUTOGPT_NODE, credentials };
		const parameters = { resource: 'account', operation: 'get' };
		const workflow = await api.createWorkflow(
			chain('One list', [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ ...node, parameters },
			]),
		);
		const { page } = editor;
		await editor.openWorkflow(workflow.id);
		await editor.openNode('AutoGPT');
		const list = page.getByTestId('node-credentials-select').locator('input');
		const shows = async (name: string) =>
			await until(30_000, `${name} in the list`, async () =>
				(await list.inputValue()) === name ? name : undefined,
			);
		await shows(apiKey.name);

		await list.click();
		await page.getByTestId('node-credentials-select-item-new').click();
		const dialog = page.getByTestId('credential-edit-dialog');
		await dialog.getByTestId('credential-mode-dropdown-trigger').click();
		await page.getByRole('menuitem', { name: 'OAuth2' }).click();
		const permissions = dialog.getByTestId('parameter-input-permissions');
		await permissions.scrollIntoViewIfNeeded();
		const chosen = async () => await permissions.locator('.el-tag').allTextContents();
		await screenshot(page, join(trace, 'permissions.png'));
		// What is asked for is seen, without choosing anything.
		expect(await chosen()).toEqual(everyday.map(({ name }) => name));
		await dialog.getByText(`With none chosen n8n asks for the ${everyday.length}`).waitFor();
		await permissions.click();
		await page.getByRole('option', { name: 'Write Graph' }).click();
		await page.keyboard.press('Escape');
		await screenshot(page, join(trace, 'permissions, one more.png'));
		expect(await chosen()).toContain('Write Graph');

		const field = (name: string) =>
			dialog.getByTestId(`parameter-input-${name}`).locator('input').first();
		await field('accessTokenUrl').fill(relayUrl(stack()));
		await field('clientId').fill(client.clientId);
		await field('clientSecret').fill(client.clientSecret);
		await field('webUrl').fill(emulator.webUrl);
		await field('baseUrl').fill(emulator.baseUrl);
		const connect = dialog.getByRole('button', { name: 'Connect', exact: true });
		const [popup] = await Promise.all([page.waitForEvent('popup'), connect.click()]);
		const allow = popup.getByRole('button', { name: 'Allow' });
		await allow.waitFor();
		const asked = await popup.locator('li').allTextContents();
		expect(asked.sort()).toEqual([...everyday.map(({ value }) => value), 'WRITE_GRAPH'].sort());
		await allow.click();
		// From a node, n8n closes the dialog by itself as soon as the account is connected.
		await dialog.waitFor({ state: 'hidden' });
		await screenshot(page, join(trace, 'connected.png'));

		const made = (await api.listCredentials()).find(({ name }) => name === 'AutoGPT account');
		await shows(made?.name ?? 'a new credential');
		await page.getByTestId('node-execute-button').click();
		await page.getByText('user_id').first().waitFor();
		expect(emulator.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /);

		for (const { id, name } of [apiKey, { id: made?.id ?? '', name: made?.name ?? '' }]) {
			await list.click();
			await page.getByTestId(`node-credentials-select-item-${id}`).click();
			await shows(name);
			await screenshot(page, join(trace, `chosen, ${name}.png`));
		}
		expect(n8n.log()).not.toMatch(SECRETS);
	});

	test('lets the node work, and renews the token once for many items', async () => {
		stack().emulator.oauth.accessTokenLifetimeSeconds = TOKEN_SECONDS;
		const account = await credential('Short-lived');
		await answer(account.id, 'Allow');
		const first = await list(account);
		expect(first.error).toBeUndefined();
		stack().emulator.oauth.accessTokenLifetimeSeconds = 3600;
		// The node goes by n8n's clock, which no test can move.
		await delay(TOKEN_SECONDS * 1_000);
		const before = { tokens: tokenRequests(), refused: refusals() };
		const second = await list(account, 20);
		expect(second.error).toBeUndefined();
		expect(tokenRequests() - before.tokens).toBe(1);
		expect(refusals() - before.refused).toBe(0);
		const { data } = second.execution;
		expect(JSON.stringify(data)).not.toMatch(SECRETS);
	});

	test('goes on through the end of several tokens while it waits for a run', async () => {
		const { account: owner, api, emulator } = stack();
		emulator.oauth.accessTokenLifetimeSeconds = 3;
		const account = await credential('Ends mid-way');
		await connectAccount(stack(), account.id);
		const { agentId } = owner.createAgent(slowAgent);
		const before = { tokens: tokenRequests(), refused: refusals(), runs: owner.runs().length };
		const { error, items } = await runNode(api, {
			type: AUTOGPT_NODE,
			parameters: {
				authentication: 'oAuth2',
				resource: 'agent',
				operation: 'runAndWait',
				agentId: rl(agentId),
				inputsMode: 'json',
				inputsJson: '{"seconds": 12}',
			},
			credentials: { [OAUTH2_TYPE]: account },
		});
		emulator.oauth.accessTokenLifetimeSeconds = 3600;
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ status: 'COMPLETED' });
		expect(owner.runs().length - before.runs).toBe(1);
		expect(tokenRequests() - before.tokens).toBeGreaterThanOrEqual(2);
		expect(refusals() - before.refused).toBe(0);
	});

	test('asks once, and clearly, to connect again when the access was taken back', async () => {
		const account = await credential('Taken back', otherClient);
		await connectAccount(stack(), account.id);
		expect((await list(account)).error).toBeUndefined();
		stack().emulator.oauth.takeBack(otherClient.clientId);
		const before = { tokens: tokenRequests(), refused: refusals() };
		const { error } = await list(account, 20);
		expect(error?.message).toContain("credential 'Taken back' must be connected again");
		expect(error?.description).toContain('revoked');
		expect(error?.description).toContain('press Connect');
		expect(tokenRequests() - before.tokens).toBe(1);
		// Those that were under way together; AutoGPT bears five a minute.
		expect(refusals() - before.refused).toBeLessThanOrEqual(5);
		await connectAccount(stack(), account.id);
		expect((await list(account)).error).toBeUndefined();
	});

	test("sends its token from n8n's HTTP Request node to its own host only", async () => {
		const { api, emulator } = stack();
		const account = await credential('Elsewhere');
		await connectAccount(stack(), account.id);
		const get = async (url: string) =>
			await runNode(api, {
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.4,
				parameters: {
					url,
					authentication: 'predefinedCredentialType',
					nodeCredentialType: OAUTH2_TYPE,
					options: {},
				},
				credentials: { [OAUTH2_TYPE]: account },
			});
		const own = await get(`${emulator.baseUrl}/me`);
		expect(own.error).toBeUndefined();
		expect(own.items[0]?.json).toMatchObject({ user_id: expect.any(String) });
		const other = await get(`${emulator.downloadOrigin}/me`);
		expect(other.error?.message).toContain('Domain not allowed');
		emulator.faults.add({
			path: /\/me$/,
			kind: { redirect: `${emulator.downloadOrigin}/elsewhere` },
		});
		const redirected = await get(`${emulator.baseUrl}/me`);
		expect(redirected.error).toBeDefined();
		expect(emulator.downloadRequests).toEqual([]);
	});

	test('asks to connect again when AutoGPT no longer renews the access', async () => {
		const account = await credential('Revoked');
		await answer(account.id, 'Allow');
		stack().emulator.clock.advance(31 * 24 * 3600_000);
		const { error } = await list(account);
		expect(error?.message).toContain("account of the credential 'Revoked' must be connected again");
		expect(String(error?.description)).toContain('press Connect');
	});

	test('says so when the user denies', async () => {
		const { id } = await credential('Denied');
		expect(await answer(id, 'Deny')).toContain('access_denied');
	});

	test('says so when a permission is asked for that the app has not', async () => {
		const scopes = { redirectUris: [redirect()], scopes: ['IDENTITY' as const] };
		const { id } = await credential('Scope', stack().emulator.oauth.createApp(scopes) as never);
		expect(await answer(id, undefined)).toContain('may not ask for this');
		expect(await answer(id, 'Back')).toContain('access_denied');
	});

	test('stays at AutoGPT when the redirect address is not registered', async () => {
		const other = { redirectUris: [`${redirect()}/`] };
		const { id } = await credential('Redirect', stack().emulator.oauth.createApp(other) as never);
		expect(await answer(id, undefined)).toContain('not registered');
	});

	test('says so when the client secret is wrong', async () => {
		const { id } = await credential('Secret', { clientSecret: 'agpt_secret_wrong' });
		expect(await answer(id, 'Allow')).toContain('invalid_client');
	});

	test('says so when the relay serves another app', async () => {
		const unknown = stack().emulator.oauth.createApp({ redirectUris: [redirect()] });
		const { id } = await credential('Another app', { ...unknown });
		const before = tokenRequests();
		const page = await answer(id, 'Allow');
		// n8n's own words for the code; it leaves out what the relay says besides.
		expect(page).toContain('The client is not authorized');
		expect(page).toContain('unauthorized_client');
		expect(tokenRequests()).toBe(before);
	});

	test('relays token requests and nothing else', async () => {
		const url = relayUrl(stack());
		const before = tokenRequests();
		for (const body of [
			new URLSearchParams({ grant_type: 'password', client_id: 'a', client_secret: 'b' }),
			new URLSearchParams({ grant_type: 'constructor', client_id: 'a', client_secret: 'b' }),
			new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'a' }),
			JSON.stringify({ grant_type: 'refresh_token', refresh_token: 'a' }),
		]) {
			const response = await fetch(url, { method: 'POST', body });
			expect(response.status).toBe(400);
			expect(await response.json()).toMatchObject({ error: 'invalid_request' });
		}
		expect(tokenRequests()).toBe(before);
	});

	test('lists no execution of the relay, and has no secret in the log', async () => {
		expect(await stack().api.listExecutions(relayId)).toEqual([]);
		expect(stack().n8n.log()).not.toMatch(SECRETS);
	});

	test('says so when the relay is not published', async () => {
		await stack().api.deactivate(relayId);
		const { id } = await credential('No relay');
		expect(await answer(id, 'Allow')).toContain('404');
		expect(stack().n8n.log()).not.toMatch(SECRETS);
		expect(stack().emulator.contractViolations).toEqual([]);
	});
});
