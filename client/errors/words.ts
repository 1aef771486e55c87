import type { CallFacts } from './callFacts';

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
