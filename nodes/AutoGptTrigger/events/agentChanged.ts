import type { IDataObject } from 'n8n-workflow';

import { agentUrl } from '../../../client/agents/agents';
import { readList } from '../../../client/http/pages';
import type { LibraryAgent } from '../../../client/contract/types';
import { readCompleteList } from '../completeList';
import { eventKind, eventOf, type TriggerEvent } from '../event';
import type { Poll } from '../poll';
import type { Source } from '../round';
import { compareRows, restoreRows, type RowState } from '../rows';
import { newestOf, timeOf } from '../times';

/** Lists of agents leave these empty, which would mislead. */
const EMPTY_IN_LISTS = ['input_schema', 'output_schema'];

function agentEvent(poll: Poll, agent: LibraryAgent, isAdded: boolean): TriggerEvent {
	const facts = Object.entries(agent).filter(([name]) => !EMPTY_IN_LISTS.includes(name));
	const [name, key] = isAdded
		? ['agent.added', [agent.id]]
		: ['agent.changed', [agent.id, agent.updated_at]];
	return eventOf(name as string, key as string[], {
		...(Object.fromEntries(facts) as IDataObject),
		url: agentUrl(poll.client.connection, agent.id),
	});
}

const agents: Source<RowState, TriggerEvent[]> = {
	slot: 'agents',
	restore: restoreRows,
	look: async (poll, before, isOtherAccount) => {
		const { rows, isComplete } = await readCompleteList(
			poll.client,
			'listLibraryAgents',
			{},
			{ idOf: ({ id }) => id, growsAtHead: false },
		);
		const timed = rows.map((agent) => ({ id: agent.id, at: timeOf(agent.updated_at), agent }));
		const now = poll.serverBegan;
		const { fresh, state } = compareRows(before, { now, rows: timed, isComplete, isOtherAccount });
		const isAdded = ({ id, agent }: { id: string; agent: LibraryAgent }) =>
			before !== undefined &&
			before.seen[id] === undefined &&
			timeOf(agent.created_at) >= before.since;
		return { state, found: fresh.map((row) => agentEvent(poll, row.agent, isAdded(row))) };
	},
};

export const agentChanged = eventKind({
	value: 'agentChanged',
	option: {
		name: 'Agent Added or Changed',
		description: 'An agent was added to the library, or changed there',
	},
	howToGetOne: 'add an agent to your AutoGPT library',
	place: 'others',
	isOfRuns: false,
	poll: async (round) => await round.look(agents),
	sample: async (poll) => {
		const rows = await readList(poll.client, 'listLibraryAgents', {});
		const agent = newestOf(rows, ({ updated_at }) => updated_at);
		return agent && agentEvent(poll, agent, agent.created_at === agent.updated_at);
	},
});
