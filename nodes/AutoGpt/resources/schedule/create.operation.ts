import { Agents } from '../../../../client/agents/agents';
import { createSchedule } from '../../../../client/schedules/schedules';
import { agentField } from '../../../shared/agentField';
import { inputsFields } from '../../fields/inputs';
import { readCron, readTimezone, whenFields } from '../../fields/when';
import { SCHEDULE_COSTS } from '../../fields/notices';
import { addHint } from '../../framework/hints';
import type { ItemOperation } from '../../framework/operation';
import { readInputs } from '../../start/inputs';
import { scheduleOutput } from './output';

export const create: ItemOperation = {
	name: 'Create',
	value: 'create',
	action: 'Create schedule',
	description:
		'Let AutoGPT run an agent again and again. A schedule cannot be changed: delete it and create a new one.',
	notice: SCHEDULE_COSTS,
	fields: [
		{ ...agentField, description: 'The agent to run, in the version that it has now' },
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Morning news',
			description: 'Name of the schedule in AutoGPT',
		},
		...whenFields,
		...inputsFields,
	],
	perItem: async (item) => {
		const agent_id = item.requiredText('agentId', 'Agent');
		const name = item.requiredText('name', 'Name');
		const cron = readCron(item);
		const timezone = readTimezone(item);
		const agent = await item.client.call('getLibraryAgent', { path: { agent_id } });
		const { inputs, credentials_inputs } = await readInputs(item, {
			agents: new Agents(item.client),
			agentId: agent_id,
			agent,
		});
		const schedule = await createSchedule(item.client, {
			graph_id: agent.graph_id,
			graph_version: agent.graph_version,
			name,
			cron,
			...(timezone ? { timezone } : {}),
			inputs,
			...(credentials_inputs ? { credentials_inputs } : {}),
		});
		const output = scheduleOutput(item, schedule, { agent_id });
		if (item.functions.getInputData().length === 1) {
			const message = `'${name}': ${String(output.json.when)}.`;
			addHint(item.functions, { message, type: 'info' });
		}
		return output;
	},
};
