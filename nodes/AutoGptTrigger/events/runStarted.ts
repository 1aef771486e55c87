import { eventKind } from '../event';
import { RUN_STARTED, startedEvent } from '../runs/runEvents';
import { newestRuns } from '../runs/sample';
import { runs } from '../runs/source';

export const runStarted = eventKind({
	value: RUN_STARTED,
	option: { name: 'Run Started', description: 'A run was started, by anyone or by a schedule' },
	howToGetOne: 'run one of the agents',
	place: 'started',
	isOfRuns: true,
	poll: async (round) => (await round.read(runs)).started,
	sample: async (poll) => {
		const [run] = await newestRuns(poll);
		return run && (await startedEvent(poll, run));
	},
});
