import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { failingAgent, greetingAgent, reviewAgent } from '../emulator/agents';
import type { Emulator, Schemas } from '../emulator/index.cts';
import { World } from '../operations/index.cts';

/** An account in which every saved workflow finds what it names as `{agent}`, `{run}` and so on. */
export interface SavedWorld {
	world: World;
	/** Parameters with IDs of this account in place of the names in braces. */
	filledIn(parameters: INodeParameters): INodeParameters;
}

/** Makes the account. Its agents and files are few, so that lists have one order. */
export async function savedWorld(emulator: Emulator): Promise<SavedWorld> {
	const world = new World(emulator);
	const { account, client } = world;
	const greeting = account.createAgent(greetingAgent);
	const failing = account.createAgent(failingAgent);
	const review = account.createAgent(reviewAgent);
	const run = account.startRun(greeting.agentId, { name: 'Ada' });
	await client.until(run, 'COMPLETED');
	const asking = account.startRun(review.agentId, { text: 'Hi' });
	await client.until(asking, 'REVIEW');
	const folder = await world.send<Schemas['LibraryFolder']>('POST', '/library/folders', {
		name: 'Mine',
		parent_id: null,
	});
	const listing = await client.get<Schemas['MarketplaceAgentPage']>('/marketplace/agents');
	const names: Record<string, string> = {
		agent: greeting.agentId,
		graph: greeting.graphId,
		failingAgent: failing.agentId,
		run,
		askingRun: asking,
		review: account.reviews()[0]?.nodeExecId ?? '',
		folder: folder.id,
		file: account.addFile('letter.txt', 'Dear Ada').id,
		creator: listing.body.items[0]?.creator ?? '',
	};
	return {
		world,
		filledIn: (parameters) =>
			JSON.parse(
				JSON.stringify(parameters).replace(/\{(\w+)\}/g, (all, name: string) => names[name] ?? all),
			) as INodeParameters,
	};
}

/** Items without what is another one each time: IDs, times, addresses of this machine. */
export function comparable(items: INodeExecutionData[]): unknown {
	const text = JSON.stringify(
		items.map(({ json, binary }) => ({ json, files: Object.keys(binary ?? {}) })),
	)
		.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
		.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '<time>')
		.replace(/("date":)"\d{4}-\d\d-\d\d"/g, '$1"<date>"')
		.replace(/http:\/\/(?:localhost|127\.0\.0\.1):\d+/g, '<host>')
		.replace(/("(?:duration_seconds|duration|walltime_seconds)":)[\d.]+/g, '$10')
		.replace(/share\/share-[\w-]+/g, 'share/<token>')
		.replace(/Person \d+/g, 'Person')
		.replace(/emulator-creator/g, '<creator>');
	return JSON.parse(text);
}
