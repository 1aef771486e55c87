import { Workflow, type INode, type INodeTypes } from 'n8n-workflow';

import { AutoGptOAuth2Api } from '../../credentials/AutoGptOAuth2Api.credentials';
import { CLOUD_BASE_URL, platformAddress } from '../../client/connection/baseUrl';

/** Host to which n8n's HTTP Request node may send the token, as n8n works it out. */
function allowedDomain(baseUrl?: string): unknown {
	const node: INode = {
		id: '1',
		name: 'Mock',
		type: 'mock',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const nodeTypes: INodeTypes = {
		getByName: () => ({ description: { properties: [] } }) as never,
		getByNameAndVersion: () => ({ description: { properties: [] } }) as never,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const field = new AutoGptOAuth2Api().properties.find(({ name }) => name === 'allowedDomains');
	return workflow.expression.getComplexParameterValue(
		node,
		{ field: field?.default as string },
		'internal',
		{},
		undefined,
		undefined,
		baseUrl === undefined ? {} : { baseUrl },
	);
}

describe('The address of AutoGPT Cloud', () => {
	it.each([
		'',
		'https://backend.agpt.co',
		'http://backend.agpt.co/external-api/v2',
		'http://backend.agpt.co:80/external-api/v1/',
		'http://BACKEND.agpt.co',
		'https://platform.agpt.co',
		'http://platform.agpt.co/library',
		'platform.agpt.co',
	])('is put right, so that no key goes there in clear text: %p', (baseUrl) => {
		expect(platformAddress(baseUrl)).toEqual({
			baseUrl: CLOUD_BASE_URL,
			webUrl: 'https://platform.agpt.co',
		});
		expect(allowedDomain(baseUrl)).toEqual({ field: 'backend.agpt.co' });
	});

	it.each([
		['http://backend.agpt.co:8006', 'http://backend.agpt.co:8006/external-api/v2'],
		['http://backend.agpt.co.example', 'http://backend.agpt.co.example/external-api/v2'],
		['http://localhost:8006', 'http://localhost:8006/external-api/v2'],
	])('is known from others: %p', (given, baseUrl) => {
		expect(platformAddress(given).baseUrl).toBe(baseUrl);
		expect(allowedDomain(given)).toEqual({ field: new URL(given).hostname });
	});

	it('is refused with a user name, as any other', () => {
		expect(() => platformAddress('https://me:secret@platform.agpt.co')).toThrow('user name');
	});
});
