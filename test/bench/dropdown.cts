import { greetingAgent } from '../emulator/agents';
import { startEmulator } from '../emulator/index.cts';
import { editorContext } from '../harness/editorContext.cts';
import { builtNode } from './node.cts';
import { countTarget, seconds, type Target } from './targets.cts';

const RUNS = 6_000;
const MOST_MS = 5_000;
const MOST_REQUESTS = 20;

/** What a search in the list of runs costs that finds nothing, with AutoGPT's limits. */
export async function measureDropdown(): Promise<Target[]> {
	const emulator = await startEmulator({ checkContract: false });
	try {
		const account = emulator.createAccount();
		const { agentId } = account.createAgent(greetingAgent, { manual: true });
		for (let run = 0; run < RUNS; run++) account.startRun(agentId, { name: 'Ada' });
		const type = builtNode();
		const search = type.methods?.listSearch?.searchRuns;
		if (!search) throw new Error('The node has no list of runs');
		const context = editorContext(type, {
			apiKey: account.createKey(),
			baseUrl: emulator.baseUrl,
		});
		const began = performance.now();
		const { results, paginationToken } = await search.call(context, 'nothing like it');
		const took = performance.now() - began;
		console.log(`\nA search without a match among ${RUNS} runs:`);
		return [
			countTarget('requests', emulator.requests.length, MOST_REQUESTS),
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
