import type { IDataObject } from 'n8n-workflow';

import { agentUrl } from '../../../client/agents/agents';
import { readList } from '../../../client/http/pages';
import { compareAgents, restoreAgents, type AgentState, type ChangedAgent } from '../agents';
import { readCompleteList } from '../completeList';
import { eventKind, eventOf, type TriggerEvent } from '../event';
import type { Poll } from '../poll';
import type { Source } from '../round';
import { newestOf } from '../times';

/** Lists of agents leave these empty, which would mislead. */
const EMPTY_IN_LISTS = ['input_schema', 'output_schema'];

/** The event that an agent was added to the library or changed there. */
function agentEvent(poll: Poll, { agent, change }: ChangedAgent): TriggerEvent {
	const facts = Object.entries(agent).filter(([name]) => !EMPTY_IN_LISTS.includes(name));
	const body: IDataObject = {
		...(Object.fromEntries(facts) as IDataObject),
		url: agentUrl(poll.client.connection, agent.id),
	};
	return change === undefined
		? eventOf('agent.added', [agent.id], body)
		: eventOf('agent.changed', [agent.id, change], body);
}

const agents: Source<AgentState, TriggerEvent[]> = {
	slot: 'agents',
	restore: restoreAgents,
	read: async (poll, before, isOtherAccount) => {
		const { rows, isComplete } = await readCompleteList(
			poll.client,
			'listLibraryAgents',
			{},
			{ idOf: ({ id }) => id, growsAtHead: false, isOutOfTime: poll.isListTimeOver },
		);
		const snapshot = { now: poll.serverBegan, rows, isComplete };
		const { changed, state } = compareAgents(isOtherAccount ? undefined : before, snapshot);
		return { state, found: changed.map((one) => agentEvent(poll, one)) };
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
	poll: async (round) => await round.read(agents),
	sample: async (poll) => {
		const rows = await readList(poll.client, 'listLibraryAgents', {});
		const agent = newestOf(rows, ({ updated_at }) => updated_at);
		if (!agent) return undefined;
		const isAdded = agent.created_at === agent.updated_at;
		return agentEvent(poll, { agent, change: isAdded ? undefined : agent.updated_at });
	},
});
