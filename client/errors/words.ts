import type { HttpResponse } from '../contract/response';
import type { CallFacts } from './callFacts';
import { sentence } from './refusal';

const NOUNS: Record<string, string> = {
	agent_id: 'agent',
	run_id: 'run',
	graph_id: 'graph',
	schedule_id: 'schedule',
	file_id: 'file',
	folder_id: 'folder',
	credential_id: 'integration credential',
	version_id: 'submission or listing version',
	username: 'creator',
	agent_name: 'marketplace agent',
};

const LONGEST_SERVER_NAME = 60;

/** What the `Server` header says, fit to be shown; `` without one. */
function serverName({ headers }: Pick<HttpResponse, 'headers'>): string {
	const { server } = headers;
	if (typeof server !== 'string') return '';
	return server.replace(/[^\x20-\x7e]/g, '').slice(0, LONGEST_SERVER_NAME);
}

/** Status and server of a response, for brackets: who answered, as far as the response says. */
export function statusWords(response: Pick<HttpResponse, 'status' | 'headers'>): string {
	const server = serverName(response);
	return `status ${response.status}${server ? `, server '${server}'` : ''}`;
}

/** What AutoGPT itself said, with whose words they are; `` where it said nothing. */
export function quotation(said: string): string {
	return said && `AutoGPT said: ${sentence(said)}`;
}

/** Where API keys are made. */
export function keysPage({ connection }: CallFacts): string {
	return `${connection.webUrl}/settings/api-keys`;
}

/** What the credential is, for the middle of a sentence. */
export function credentialWord({ connection }: CallFacts): string {
	return connection.credentialType === 'autoGptApi' ? 'API key' : 'connected account';
}

/** How to get a credential that AutoGPT accepts. */
export function renewal(facts: CallFacts): string {
	return facts.connection.credentialType === 'autoGptApi'
		? `Make a new API key at ${keysPage(facts)} and put it into the credential.`
		: 'Open the credential in n8n and connect the account again.';
}

/** What the request is about, as the beginning of a sentence, for example `The run 'r-1'`. */
export function subject({ path }: CallFacts): string {
	const parts = Object.entries(path).map(([name, value]) => `${NOUNS[name] ?? name} '${value}'`);
	return parts.length > 0 ? `The ${parts.join(', ')}` : 'What was asked for';
}

/** Sentences one after the other, without those that are empty. */
export function sentences(...parts: string[]): string {
	return parts.filter(Boolean).join(' ');
}
