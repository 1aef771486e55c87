import { Agents } from '../../../../platform/agents';
import { agentField } from '../../fields/agent';
import { inputsFields } from '../../fields/inputs';
import type { BatchOperation, Outcome } from '../../framework/operation';
import { runAndWaitOptionsField } from '../../running/optionFields';
import { startItems } from '../../running/startItems';
import { waitForItems } from '../../running/waitForItems';

export const runAndWait: BatchOperation = {
	name: 'Run and Wait',
	value: 'runAndWait',
	action: 'Run agent and wait',
	description: 'Run an agent, wait until it is finished, and put out its outputs',
	fields: [agentField, ...inputsFields, runAndWaitOptionsField],
	perBatch: async (items, { stopsAtFailure }): Promise<Outcome[]> => {
		const client = items[0]?.client;
		if (!client) return [];
		const agents = new Agents(client);
		const starts = await startItems(items, agents, stopsAtFailure);
		const running = starts.flatMap((start) =>
			'failure' in start ? [] : [{ ...start, runId: start.run.id, graphId: start.run.graph_id }],
		);
		const waited = await waitForItems(client, running, agents, stopsAtFailure);
		const byItem = new Map(running.map(({ item }, index) => [item.index, waited[index]]));
		return starts.map((start): Outcome => {
			if ('failure' in start) return { failure: start.failure };
			return byItem.get(start.item.index) ?? { outputs: [] };
		});
	},
};
