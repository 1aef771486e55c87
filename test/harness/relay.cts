import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The workflow that users import, as far as the tests look at it. */
export interface RelayWorkflow {
	nodes: Array<{ name: string; type: string; parameters: { endpointUrl?: string } }>;
	connections: object;
	pinData: object;
	active: boolean;
}

const file = join(__dirname, '..', '..', 'examples', 'oauth-token-relay.json');

export const relayWorkflow = JSON.parse(readFileSync(file, 'utf8')) as RelayWorkflow;
