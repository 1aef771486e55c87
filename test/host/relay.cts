import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { asObject, asText, type JsonObject } from './json.cts';
import { repository } from './paths.cts';
import type { Stack } from './stack.cts';
import { until } from './until.cts';
import type { CredentialReference, WorkflowDraft } from './workflow.cts';

export const OAUTH2_TYPE = 'autoGptOAuth2Api';

const RELAY_FILE = join(repository, 'examples', 'oauth-token-relay.json');
const RELAY_PATH = 'webhook/autogpt-oauth-token';
const CLOUD = 'https://backend.agpt.co';
const PUBLICATION_TIMEOUT_MS = 30_000;

type Client = Pick<ReturnType<Stack['emulator']['oauth']['createApp']>, 'clientId'>;

/** Where n8n asks the relay for tokens. */
export function relayUrl({ n8n }: Stack): string {
	return `${n8n.url}/${RELAY_PATH}`;
}

/** Where AutoGPT sends people back to. */
export function redirectUrl({ n8n }: Stack): string {
	return `${n8n.url}/rest/oauth2-credential/callback`;
}

/** The file of the relay, for this AutoGPT and these apps: the guide has both put into the node. */
export function relayFile({ emulator }: Pick<Stack, 'emulator'>, clientIds: string[]): string {
	return readFileSync(RELAY_FILE, 'utf8')
		.replace(CLOUD, emulator.origin)
		.replace('"clientId": ""', `"clientId": "${clientIds.join(', ')}"`);
}

/** Imports and publishes the token relay as the guide says; gives back the workflow's id. */
export async function publishRelay(stack: Stack, clients: Client[]): Promise<string> {
	const { api } = stack;
	const text = relayFile(
		stack,
		clients.map(({ clientId }) => clientId),
	);
	const draft = asObject(JSON.parse(text), 'relay');
	delete draft.active;
	const workflow = await api.createWorkflow(draft as unknown as WorkflowDraft);
	await api.activate(workflow);
	await until(PUBLICATION_TIMEOUT_MS, 'the relay to be published', async () => {
		const { status } = await fetch(relayUrl(stack), { method: 'POST' });
		return status === 404 ? undefined : status;
	});
	return workflow.id;
}

/** Stores a credential for an account that is not connected yet. */
export async function createOAuth2Credential(
	{ api, n8n, emulator }: Stack,
	name: string,
	client: Client,
	change: JsonObject = {},
): Promise<CredentialReference> {
	return await api.createCredential(name, OAUTH2_TYPE, {
		accessTokenUrl: `${n8n.url}/${RELAY_PATH}`,
		webUrl: emulator.webUrl,
		baseUrl: emulator.baseUrl,
		teamId: '',
		grantType: 'pkce',
		...client,
		...change,
	});
}

/** The page of AutoGPT to which Connect leads. */
export async function consentUrl({ api }: Stack, credentialId: string): Promise<string> {
	const path = `/rest/oauth2-credential/auth?id=${credentialId}`;
	return asText(await api.session.request('GET', path), 'auth url');
}

/** Connects the account as Connect and Allow do, without a browser. */
export async function connectAccount(stack: Stack, credentialId: string): Promise<void> {
	const page = new URL(await consentUrl(stack, credentialId));
	const body = new URLSearchParams(page.searchParams);
	body.set('decision', 'allow');
	const answer = await fetch(`${page.origin}${page.pathname}`, {
		method: 'POST',
		body,
		redirect: 'manual',
	});
	const back = new URL(answer.headers.get('location') ?? '');
	if (!back.searchParams.has('code')) throw new Error(`AutoGPT gave no code: ${back.search}`);
	await stack.api.session.request('GET', `${back.pathname}${back.search}`);
}
