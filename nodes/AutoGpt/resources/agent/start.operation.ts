import { Agents, runUrl } from '../../../../client/agents/agents';
import { withoutShareToken } from '../../../../client/runs/results';
import { agentField } from '../../../shared/agentField';
import { inputsFields } from '../../fields/inputs';
import { RUN_FIELDS } from '../../fields/runShape';
import { simplified, simplifyField } from '../../framework/simplify';
import type { BatchOperation, Outcome } from '../../framework/operation';
import { startOptionsField } from '../../wait/optionFields';
import { startItems } from '../../start/startItems';

const SIMPLE_START = [
	'id',
	'agent_id',
	'graph_id',
	'graph_version',
	'status',
	'url',
	'inputs',
] as const;

export const start: BatchOperation = {
	name: 'Start',
	value: 'start',
	action: 'Start agent',
	description: 'Start a run of an agent without waiting for it',
	fields: [agentField, ...inputsFields, simplifyField, startOptionsField],
	rawFields: [...RUN_FIELDS, 'agent_id', 'url'],
	perBatch: async (items, { stopsAtFailure }): Promise<Outcome[]> => {
		const client = items[0]?.client;
		if (!client) return [];
		const starts = await startItems(items, new Agents(client), { stopsAtFailure });
		return starts.map((started): Outcome => {
			if ('failure' in started) return { failure: started.failure };
			const { item, agentId, run } = started;
			const url = runUrl(client.connection, agentId, run.id);
			const row = { ...withoutShareToken(run), agent_id: agentId, url };
			return { outputs: [simplified(item, row, SIMPLE_START)] };
		});
	},
};
