// Generated from contract/openapi-v1.yaml by `npm run generate`. Do not edit.
import type { Endpoint } from '../endpoints';
import type { operations } from './schema';

export type V1EndpointName = keyof operations;

export const v1Endpoints: Readonly<Record<V1EndpointName, Endpoint>> = {
	getMe: { method: 'GET', path: '/me', scopes: ['IDENTITY'], answer: 'object', keys: ['id'] },
	listBlocks: {
		method: 'GET',
		path: '/blocks',
		scopes: ['READ_BLOCK'],
		answer: 'list',
		keys: ['id'],
	},
	executeBlock: {
		method: 'POST',
		path: '/blocks/{block_id}/execute',
		scopes: ['EXECUTE_BLOCK'],
		answer: 'object',
		keys: [],
	},
	createGraph: {
		method: 'POST',
		path: '/graphs',
		scopes: ['WRITE_GRAPH', 'WRITE_LIBRARY'],
		answer: 'object',
		keys: ['user_id'],
	},
	executeGraph: {
		method: 'POST',
		path: '/graphs/{graph_id}/execute/{graph_version}',
		scopes: ['EXECUTE_GRAPH'],
		answer: 'object',
		keys: ['id'],
	},
	getGraphResults: {
		method: 'GET',
		path: '/graphs/{graph_id}/executions/{graph_exec_id}/results',
		scopes: ['READ_GRAPH'],
		answer: 'object',
		keys: ['execution_id', 'status'],
	},
	listStoreAgents: { method: 'GET', path: '/store/agents', scopes: [], answer: 'object', keys: [] },
	getStoreAgent: {
		method: 'GET',
		path: '/store/agents/{username}/{agent_name}',
		scopes: [],
		answer: 'object',
		keys: ['store_listing_version_id'],
	},
	listStoreCreators: {
		method: 'GET',
		path: '/store/creators',
		scopes: [],
		answer: 'object',
		keys: [],
	},
	getStoreCreator: {
		method: 'GET',
		path: '/store/creators/{username}',
		scopes: [],
		answer: 'object',
		keys: [],
	},
	listProviders: {
		method: 'GET',
		path: '/integrations/providers',
		scopes: ['READ_INTEGRATIONS'],
		answer: 'list',
		keys: [],
	},
	initiateOAuth: {
		method: 'POST',
		path: '/integrations/{provider}/oauth/initiate',
		scopes: ['MANAGE_INTEGRATIONS'],
		answer: 'object',
		keys: [],
	},
	completeOAuth: {
		method: 'POST',
		path: '/integrations/{provider}/oauth/complete',
		scopes: ['MANAGE_INTEGRATIONS'],
		answer: 'object',
		keys: ['credentials_id'],
	},
	listCredentials: {
		method: 'GET',
		path: '/integrations/credentials',
		scopes: ['READ_INTEGRATIONS'],
		answer: 'list',
		keys: ['id'],
	},
	listProviderCredentials: {
		method: 'GET',
		path: '/integrations/{provider}/credentials',
		scopes: ['READ_INTEGRATIONS'],
		answer: 'list',
		keys: ['id'],
	},
	createCredential: {
		method: 'POST',
		path: '/integrations/{provider}/credentials',
		scopes: ['MANAGE_INTEGRATIONS'],
		answer: 'object',
		keys: ['id'],
	},
	deleteCredential: {
		method: 'DELETE',
		path: '/integrations/{provider}/credentials/{cred_id}',
		scopes: ['DELETE_INTEGRATIONS'],
		answer: 'object',
		keys: ['credentials_id'],
	},
	findAgent: {
		method: 'POST',
		path: '/tools/find-agent',
		scopes: ['USE_TOOLS'],
		answer: 'object',
		keys: [],
	},
	runMarketplaceAgent: {
		method: 'POST',
		path: '/tools/run-agent',
		scopes: ['USE_TOOLS'],
		answer: 'object',
		keys: [],
	},
};
