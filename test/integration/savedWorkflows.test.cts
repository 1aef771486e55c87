import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { startEmulator, type Emulator } from '../emulator/index.cts';
import { runNode } from '../harness/engine.cts';
import { setTrigger } from '../harness/poll.cts';
import { comparable, savedWorld, type SavedWorld } from '../saved/world.cts';

/** Workflows as earlier versions saved them: n8n leaves parameters out that have their default. */
const FOLDER = join(__dirname, '..', 'saved');
const OUTPUTS = 'outputs.json';
const TRIGGER = 'n8n-nodes-autogpt.autoGptTrigger';

interface SavedNode {
	name: string;
	type: string;
	typeVersion: number;
	parameters: INodeParameters;
}

const versions = readdirSync(FOLDER, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);

function readJson<T>(version: string, file: string): T {
	return JSON.parse(readFileSync(join(FOLDER, version, file), 'utf8')) as T;
}

describe.each(versions)('Workflows saved by version %s', (version) => {
	const files = readdirSync(join(FOLDER, version)).filter((file) => file !== OUTPUTS);
	const nodes = files.flatMap((file) =>
		readJson<{ nodes: SavedNode[] }>(version, file)
			.nodes.filter(({ type }) => type.startsWith('n8n-nodes-autogpt.'))
			.map((node): [string, SavedNode] => [`${file}: ${node.name}`, node]),
	);
	const expected = readJson<Record<string, unknown>>(version, OUTPUTS);
	const found: Record<string, unknown> = {};
	let emulator: Emulator;
	let saved: SavedWorld;

	beforeAll(async () => {
		emulator = await startEmulator({ limits: false });
	});

	beforeEach(async () => {
		saved = await savedWorld(emulator);
	});

	afterAll(async () => {
		await emulator.close();
		// Once, with the version that saved them: `SAVE_OUTPUTS=0.2.0 npx jest savedWorkflows`.
		if (process.env.SAVE_OUTPUTS === version) {
			const text = JSON.stringify(found, null, '\t');
			writeFileSync(join(FOLDER, version, OUTPUTS), `${text}\n`);
		}
	});

	it.each(nodes)('return what they returned then: %s', async (title, node) => {
		const { world, filledIn } = saved;
		const parameters = filledIn(node.parameters);
		const credential = { apiKey: world.client.key, baseUrl: emulator.baseUrl };
		if (node.type === TRIGGER) {
			const trigger = setTrigger({ parameters, credential });
			await trigger.poll();
			const [agentId = ''] = [filledIn({ agent: '{agent}' }).agent as string];
			await world.client.until(world.account.startRun(agentId, { name: 'Bob' }), 'COMPLETED');
			found[title] = comparable(await trigger.poll());
		} else {
			// n8n keeps a saved node at the version that it was saved with.
			const settings = { typeVersion: node.typeVersion };
			const { items, error } = await runNode({ credential, parameters, settings });
			expect(error?.message).toBeUndefined();
			found[title] = comparable(items);
		}
		if (process.env.SAVE_OUTPUTS === version) return;
		expect(found[title]).toMatchObject(expected[title] as object);
	});
});
