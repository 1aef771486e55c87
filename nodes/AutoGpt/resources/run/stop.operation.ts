import { withoutShareToken } from '../../../../client/runs/results';
import { stopRun } from '../../../../client/runs/runs';
import { runField } from '../../fields/run';
import { RUN_FIELDS, SIMPLE_RUN } from '../../output/run';
import { simplified, simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

export const stop: ItemOperation = {
	name: 'Stop',
	value: 'stop',
	action: 'Stop run',
	description: 'Stop a run and the runs that it started; its waiting reviews count as rejected',
	fields: [runField, simplifyField],
	rawFields: [...RUN_FIELDS, 'was_finished'],
	concurrency: 5,
	perItem: async (item) => {
		const { run, wasFinished } = await stopRun(item.client, item.requiredText('runId', 'Run'));
		const row = { ...withoutShareToken(run), was_finished: wasFinished };
		return simplified(item, row, [...SIMPLE_RUN, 'was_finished']);
	},
};
