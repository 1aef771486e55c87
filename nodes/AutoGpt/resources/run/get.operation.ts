import { Agents } from '../../../../client/agents/agents';
import { readRun } from '../../../../client/runs/runs';
import { runField } from '../../fields/run';
import { RUN_DETAILS_FIELDS } from '../../fields/runShape';
import { selected, simplifyField, wantedForm } from '../../fields/simplify';
import { READS_AT_ONCE, type ItemOperation } from '../../framework/operation';
import { shapeRun } from '../../../shared/runOutput';

export const get: ItemOperation = {
	name: 'Get',
	value: 'get',
	action: 'Get run',
	description: 'Retrieve a run with its outputs as they are now',
	fields: [runField, simplifyField],
	rawFields: [...RUN_DETAILS_FIELDS, 'agent_id', 'failed_blocks', 'outcome', 'url'],
	atOnce: READS_AT_ONCE,
	perItem: async (item) => {
		const run = await readRun(item.client, item.requiredText('runId', 'Run'));
		const agentId = await new Agents(item.client).idForGraph(run.graph_id);
		const shaped = (form: 'simplified' | 'raw') =>
			shapeRun(item.client.connection, { run, agentId }, { form, allValues: false });
		const form = wantedForm(item);
		if (form !== 'selected') return shaped(form);
		const [all] = shaped('raw');
		const [simple] = shaped('simplified');
		return { json: selected(item, { ...all?.json, ...simple?.json }) };
	},
};
