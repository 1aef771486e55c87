import { LoadOptionsContext } from 'n8n-core';
import { Workflow, type INode, type INodeType, type INodeTypes } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { startEmulator } from '../emulator/index.cts';
import { MemoryCredentials } from '../harness/credentials.cts';
import { additionalData, CREDENTIAL_ID } from '../harness/engine.cts';
import { builtNode } from './node.cts';
import { countWish, seconds, type Wish } from './wishes.cts';

const RUNS = 6_000;
const MOST_MS = 5_000;
const MOST_REQUESTS = 20;

/** One of n8n's own contexts, as for a dropdown of the editor. */
function contextFor(type: INodeType, apiKey: string, baseUrl: string): LoadOptionsContext {
	const node: INode = {
		id: 'node-1',
		name: 'AutoGPT',
		type: 'autoGpt',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { autoGptApi: { id: CREDENTIAL_ID, name: 'AutoGPT' } },
	};
	const nodeTypes: INodeTypes = {
		getByName: () => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};
	const credentials = new MemoryCredentials({ [CREDENTIAL_ID]: { apiKey, baseUrl } });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return new LoadOptionsContext(workflow, node, additionalData(credentials, 'bench'), '');
}

/** What a search in the list of runs costs that finds nothing, with AutoGPT's limits. */
export async function measureDropdown(): Promise<Wish[]> {
	const emulator = await startEmulator({ checkContract: false });
	try {
		const account = emulator.createAccount();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		for (let run = 0; run < RUNS; run++) account.startRun(agentId, { name: 'Ada' });
		const type = builtNode();
		const search = type.methods?.listSearch?.searchRuns;
		if (!search) throw new Error('The node has no list of runs');
		const context = contextFor(type, account.createKey(), emulator.baseUrl);
		const began = performance.now();
		const { results, paginationToken } = await search.call(context, 'nothing like it');
		const took = performance.now() - began;
		console.log(`\nA search without a match among ${RUNS} runs:`);
		return [
			countWish('requests', emulator.requests.length, MOST_REQUESTS),
			{
				what: 'time',
				wanted: `<= ${seconds(MOST_MS)}`,
				measured: seconds(took),
				holds: took <= MOST_MS,
			},
			{
				what: 'says that it goes on',
				wanted: 'yes',
				measured: results.map(({ name }) => name).join(', ') || 'no',
				holds: results.length === 1 && paginationToken !== undefined,
			},
		];
	} finally {
		await emulator.close();
	}
}
