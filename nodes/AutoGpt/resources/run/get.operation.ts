import { Agents } from '../../../../client/agents/agents';
import { GraphBlockNames } from '../../../../client/agents/blockNames';
import { mapBounded } from '../../../../client/util/concurrency';
import { readRun } from '../../../../client/runs/runs';
import type { RunDetails } from '../../../../client/contract/types';
import { runField } from '../../fields/run';
import { runGraph } from '../../fields/runGraph';
import { KNOWN_RUN_FIELDS } from '../../output/run';
import { simplifyField, wantedForm } from '../../framework/simplify';
import { listOf } from '../../fields/values';
import type { Item } from '../../framework/item';
import { asFailure } from '../../framework/failures';
import { READ_CONCURRENCY, type BatchOperation, type ItemResult } from '../../framework/operation';
import { failedBlockNames } from '../../../shared/failedBlockNames';
import { shapeRun } from '../../../shared/runOutput';
import { hintAtRuns, type ShownRun } from '../../wait/hints';
import { outputValuesField, readRunOptionsField } from '../../wait/optionFields';
import { takesAllValues } from '../../wait/settings';

/** What the runs of one node share. */
interface Shared {
	agents: Agents;
	blocks: GraphBlockNames;
}

async function getOne({ agents, blocks }: Shared, item: Item, run: RunDetails, allValues: boolean) {
	const agent = await agents.ofGraph(run.graph_id);
	const blockNames = await failedBlockNames(blocks, run);
	const form = wantedForm(item);
	const fields = listOf(item.valueIfShown('selectedFields', ''));
	const finished = { run, agentId: agent?.id, agentName: agent?.name, blockNames };
	const shape = { form, allValues, fields, isTerse: item.isTool };
	return { form, outputs: shapeRun(item.client.connection, finished, shape) };
}

export const get: BatchOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get run',
	description: 'Retrieve a run with its outputs as they are now',
	fields: [
		runField,
		simplifyField,
		{ ...outputValuesField, displayOptions: { hide: { simplify: [false], output: ['raw'] } } },
		readRunOptionsField,
	],
	rawFields: KNOWN_RUN_FIELDS,
	perBatch: async (items, { stopsAtFailure }): Promise<ItemResult[]> => {
		const client = items[0]?.client;
		if (!client) return [];
		const shared = { agents: new Agents(client), blocks: new GraphBlockNames(client) };
		const shown: ShownRun[] = [];
		const outcomes = await mapBounded(
			items,
			READ_CONCURRENCY,
			async (item): Promise<ItemResult> => {
				try {
					const allValues = takesAllValues(item);
					const runId = item.requiredText('runId', 'Run');
					const run = await readRun(client, runId, runGraph(item));
					const { form, outputs } = await getOne(shared, item, run, allValues);
					shown.push({ item, run, settings: { form, allValues } });
					return { outputs };
				} catch (error) {
					const failure = asFailure(error, item.functions.getNode(), item.index);
					if (stopsAtFailure) throw failure;
					return { failure };
				}
			},
		);
		hintAtRuns(shown);
		return outcomes;
	},
};
