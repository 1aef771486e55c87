import { credentialAgent, greetingAgent } from '../emulator/agents';
import { rl } from '../harness/locator.cts';
import { some, type Trial, type World } from './trial.cts';

/** A run that cost something. */
async function spend({ account, client }: World) {
	const { agentId } = account.createAgent(credentialAgent);
	const { id, provider, type } = account.addCredential({ provider: 'anthropic' });
	const credentials = { 'anthropic-openai_api_key_credentials': { id, provider, type } };
	await client.until(account.startRun(agentId, { prompt: 'Why?' }, { credentials }), 'COMPLETED');
	return {};
}

const nothing = () => ({});

const account: Trial[] = [
	{
		use: 'account.get',
		given: nothing,
		returns: {
			credential_type: 'api_key',
			scopes: some((scopes) => Array.isArray(scopes) && scopes.includes('RUN_AGENT')),
		},
	},
	{ use: 'credit.getBalance', given: nothing, returns: { balance_cents: 10_000 } },
	{
		use: 'credit.getCostSummary',
		given: async (world) => {
			await spend(world);
			return { options: { since: '2020-01-01T00:00:00', topRuns: 1 } };
		},
		returns: { total_cents: 2, run_count: 1 },
	},
	{ use: 'credit.getInvoices', given: nothing, returns: {}, example: 'invoicePage', empty: {} },
	{ use: 'credit.getSubscription', given: nothing, returns: { tier: 'PRO' } },
	{
		use: 'credit.getTransactions',
		given: async (world) => {
			await spend(world);
			return { filters: { type: 'USAGE' } };
		},
		returns: { amount_cents: -2, type: 'USAGE' },
		empty: {},
	},
];

const provider = 'openai';
const aCredential = ({ account }: World) => ({
	integrationCredentialId: rl(account.addCredential({ provider, usedByWebhook: true }).id),
	force: true,
});

const credentials: Trial[] = [
	{
		use: 'integrationCredential.create',
		given: () => ({
			kind: 'apiKey',
			provider: rl(provider, 'name'),
			apiKey: 'sk-very-secret',
			additionalFields: { title: 'Mine' },
		}),
		returns: { provider, type: 'api_key', title: 'Mine' },
	},
	{
		use: 'integrationCredential.create',
		about: 'of a user',
		given: () => ({
			kind: 'userPassword',
			provider: rl(provider, 'name'),
			username: 'ada',
			password: 'very-secret',
		}),
		returns: { type: 'user_password' },
	},
	{
		use: 'integrationCredential.create',
		about: 'for a host',
		given: () => ({
			kind: 'hostScoped',
			provider: rl('http', 'name'),
			host: '*.example.com',
			headers: { header: [{ name: 'Authorization', value: 'Bearer very-secret' }] },
		}),
		returns: { type: 'host_scoped' },
	},
	{
		use: 'integrationCredential.getMany',
		given: (world) => {
			aCredential(world);
			return { filters: { provider: rl('OpenAI', 'name') } };
		},
		returns: { provider },
		empty: {},
	},
	{
		use: 'integrationCredential.delete',
		given: aCredential,
		returns: { deleted: true },
		unknown: { integrationCredentialId: rl('nobody') },
	},
];

const search: Trial[] = [
	{
		use: 'search.getMany',
		given: (world) => {
			world.account.createAgent(greetingAgent);
			return { query: 'greeting', filters: { contentTypes: ['LIBRARY_AGENT', 'STORE_AGENT'] } };
		},
		returns: { content_type: 'STORE_AGENT' },
		empty: { query: 'nothing has this text' },
		scope: 'READ_LIBRARY',
	},
];

export const accountTrials: Trial[] = [...account, ...credentials, ...search];
