import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Relay {
	nodes: Array<{ type: string; parameters: { url?: string } }>;
	settings: Record<string, unknown>;
	pinData: object;
	active: boolean;
}

const file = join(__dirname, '..', '..', 'examples', 'oauth-token-relay.json');
const relay = JSON.parse(readFileSync(file, 'utf8')) as Relay;

describe('The token relay workflow', () => {
	it('has saving of executions switched off, whatever n8n does by default', () => {
		expect(relay.settings).toMatchObject({
			saveDataErrorExecution: 'none',
			saveDataSuccessExecution: 'none',
			saveManualExecutions: false,
			saveExecutionProgress: false,
		});
	});

	it('calls one address, and brings no data and no access of its own', () => {
		const calls = relay.nodes.filter(({ type }) => type === 'n8n-nodes-base.httpRequest');
		expect(calls.map(({ parameters }) => parameters.url)).toEqual(['={{ $json.tokenUrl }}']);
		expect(relay.pinData).toEqual({});
		expect(relay.nodes.every((node) => !('credentials' in node))).toBe(true);
	});
});
