import type { INodeProperties } from 'n8n-workflow';

import { outcomeOf } from '../../../client/runs/results';
import { FINAL_STATUSES, readRun } from '../../../client/runs/runs';
import { eventKind } from '../event';
import { finishedEvent, isChosen, needOf, RUN_FINISHED } from '../runs/runEvents';
import { runs } from '../runs/source';
import { newestRuns } from '../runs/sample';

/** Runs read for a sample at most. */
const READ = 10;

const outcomes: INodeProperties = {
	displayName: 'Outcomes',
	name: 'outcomes',
	type: 'multiOptions',
	required: true,
	default: ['completed', 'completedWithFailedBlocks', 'failed', 'stopped'],
	description: 'Starts the workflow only for runs that finish with one of these outcomes',
	options: [
		{
			name: 'Completed',
			value: 'completed',
			description: 'The run completed and no block failed',
		},
		{
			name: 'Completed With Failed Blocks',
			value: 'completedWithFailedBlocks',
			description: 'The run completed although a block failed: outputs may be missing',
		},
		{ name: 'Failed', value: 'failed', description: 'AutoGPT could not complete the run' },
		{ name: 'Stopped', value: 'stopped', description: 'Someone or something stopped the run' },
	],
};

export const runFinished = eventKind({
	value: RUN_FINISHED,
	option: {
		name: 'Run Finished',
		description: "A run completed, failed or was stopped; choose which in 'Outcomes'",
	},
	howToGetOne: 'run one of the agents to its end, with an outcome that you chose',
	place: 'finished',
	isOfRuns: true,
	fields: [outcomes],
	poll: async (round) => (await round.read(runs)).finished,
	sample: async (poll) => {
		const finished = await newestRuns(poll, FINAL_STATUSES);
		const candidates = finished.filter((run) => needOf(poll, run) !== 'unwanted').slice(0, READ);
		for (const { id } of candidates) {
			const run = await readRun(poll.client, id);
			if (isChosen(poll, outcomeOf(run))) return (await finishedEvent(poll, run)).event;
		}
		return undefined;
	},
});
