import { join } from 'node:path';

import { everythingStored } from '../host/database.cts';
import { openEditor, screenshot, type Editor } from '../host/editor.cts';
import { hostRoot } from '../host/paths.cts';
import {
	createOAuth2Credential,
	OAUTH2_TYPE,
	redirectUrl,
	relayFile,
	relayUrl,
} from '../host/relay.cts';
import { runNode } from '../host/run-node.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { until } from '../host/until.cts';
import { useStack } from './stack.cts';

const USER_FOLDER = join(hostRoot, 'e2e', 'oauthRelay');
const SECRETS = /agpt_(secret|xt|rt)_[\w-]{8}/;
const RELAY_NODE = 'AutoGPT OAuth Relay';

/**
 * n8n ignores the settings in a file that is imported through its editor, and saves executions by
 * default: the relay must keep nothing however it came.
 */
describe('The token relay, brought into n8n as people do', () => {
	const stack = useStack('oauthRelay', {
		n8nEnv: { N8N_LOG_LEVEL: 'debug', EXECUTIONS_DATA_PRUNE: 'false' },
	});
	let editor: Editor;
	let client: { clientId: string; clientSecret: string };

	const file = () => relayFile(stack(), [client.clientId]);

	beforeAll(async () => {
		client = stack().emulator.oauth.createApp({ redirectUris: [redirectUrl(stack())] });
		editor = await openEditor(stack().n8n);
		const origin = stack().n8n.url;
		const permissions = ['clipboard-read', 'clipboard-write'];
		await editor.page.context().grantPermissions(permissions, { origin });
	});

	afterAll(async () => await editor?.close());

	async function openEmptyCanvas(): Promise<void> {
		await editor.goTo('/workflow/new', 'canvas-add-button');
	}

	const ways: Array<[string, () => Promise<void>]> = [
		[
			'imported from the file',
			async () => {
				const { page } = editor;
				await openEmptyCanvas();
				const buffer = Buffer.from(file());
				const upload = { name: 'oauth-token-relay.json', mimeType: 'application/json', buffer };
				await page.getByTestId('workflow-import-input').setInputFiles(upload);
			},
		],
		[
			'pasted onto the canvas',
			async () => {
				const { page } = editor;
				await openEmptyCanvas();
				await page.evaluate(async (text) => {
					await navigator.clipboard.writeText(text);
				}, file());
				await page.keyboard.press('Control+V');
			},
		],
		[
			'added from the nodes panel',
			async () => {
				const { page } = editor;
				await openEmptyCanvas();
				await page.getByTestId('canvas-add-button').click();
				await editor.addNode(RELAY_NODE, RELAY_NODE);
				await screenshot(page, join(USER_FOLDER, 'node.png'));
				const field = (name: string) =>
					page.getByTestId(`parameter-input-${name}`).locator('input, textarea').first();
				await field('clientId').fill(client.clientId);
				await field('endpointUrl').fill(`${stack().emulator.origin}/api/oauth/token`);
				// Escape would only leave the field.
				await field('endpointUrl').blur();
				await editor.closeNode();
			},
		],
	];

	/** Publishes what is on the canvas; gives back the workflow's id. */
	async function publish(): Promise<string> {
		const { page } = editor;
		await page.getByTestId('workflow-open-publish-modal-button').click();
		await page.getByTestId('workflow-publish-button').click();
		await until(30_000, 'the relay to be published', async () => {
			const { status } = await fetch(relayUrl(stack()), { method: 'POST' });
			return status === 404 ? undefined : status;
		});
		const id = /workflow\/([^/?]+)/.exec(page.url())?.[1];
		if (!id || id === 'new') throw new Error(`No workflow was saved: ${page.url()}`);
		return id;
	}

	/** Connects by a click in the credential, and gives back whether n8n says so. */
	async function connect(id: string): Promise<void> {
		const { page } = editor;
		await editor.goTo(`/home/credentials/${id}`, 'credential-edit-dialog');
		const button = page.getByRole('button', { name: 'Connect', exact: true });
		const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
		await popup.getByRole('button', { name: 'Allow' }).click();
		await page.getByText('Account connected').waitFor();
	}

	test.each(ways)('keeps nothing when it was %s', async (way, bring) => {
		const { api, emulator } = stack();
		await bring();
		await editor.page.getByTestId('canvas-node').first().waitFor();
		const id = await publish();
		await screenshot(editor.page, join(USER_FOLDER, `${way}.png`));

		const credential = await createOAuth2Credential(stack(), `Connected, ${way}`, client);
		await connect(credential.id);
		emulator.clock.advance(emulator.oauth.accessTokenLifetimeSeconds * 1000);
		const before = emulator.requests.length;
		const { error } = await runNode(api, {
			type: AUTOGPT_NODE,
			parameters: { authentication: 'oAuth2', resource: 'account', operation: 'get' },
			credentials: { [OAUTH2_TYPE]: credential },
		});
		expect(error).toBeUndefined();
		const renewals = emulator.requests
			.slice(before)
			.filter(({ path }) => path.endsWith('/oauth/token'));
		expect(renewals.length).toBeGreaterThan(0);

		await editor.goTo(`/workflow/${id}/executions`, 'executions-sidebar');
		await screenshot(editor.page, join(USER_FOLDER, `${way}, executions.png`));
		expect(await api.listExecutions(id)).toEqual([]);
		const rows = await everythingStored(USER_FOLDER);
		// What can be found shows that the search finds what is there.
		expect(rows).toContain(`Connected, ${way}`);
		expect(rows.match(SECRETS)).toBeNull();
		expect(stack().n8n.log()).not.toMatch(SECRETS);
		await api.deactivate(id);
	});
});
