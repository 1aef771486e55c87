import { createHash } from 'crypto';

import { canonicalJson } from '../../client/util/canonicalJson';
import { isObject } from '../../client/util/json';
import { entryOf } from '../../client/util/records';
import type { LibraryAgent } from '../../client/contract/types';
import { restoreRows } from './rows';
import { nextSince, timeOf } from './times';

/** Agents remembered at most: those that were changed or run last. */
const MOST_AGENTS = 2_000;
/** An agent that is known, though not in which state. */
const UNREAD = '';

/** What is remembered of the agents of a library. */
export interface AgentState {
	/** Agents created from here on are new unless known; milliseconds, server's clock. */
	since: number;
	/** Digest of each agent, then how often it has changed since it is watched. */
	known: Record<string, string>;
	/** Whether every agent of the library is known. */
	isComplete: boolean;
}

/** An agent that was added or changed. */
export interface ChangedAgent {
	agent: LibraryAgent;
	/** What sets this change apart from others of the agent; undefined when it was added. */
	change?: string;
}

/** What one poll saw of the library. */
export interface LibrarySnapshot {
	/** Server's time when the poll began, in milliseconds. */
	now: number;
	rows: LibraryAgent[];
	/** Whether the list cannot have missed an agent. */
	isComplete: boolean;
}

/**
 * A digest of what people can change. Times move with every run, and lists leave the schemas empty:
 * with another schema, `graph_version` is another (contract: behaviour.md section 14, Library).
 */
function digestOf(agent: LibraryAgent): string {
	const { name, description, graph_version, is_favorite, folder_id } = agent;
	const { recommended_schedule_cron } = agent;
	const facts = {
		name,
		description,
		graph_version,
		is_favorite,
		folder_id,
		recommended_schedule_cron,
	};
	return createHash('sha256').update(canonicalJson(facts)).digest('base64url').slice(0, 12);
}

function areTexts(value: unknown): value is Record<string, string> {
	return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

/** What an earlier poll remembered; the first versions only knew when agents were last updated. */
export function restoreAgents(stored: unknown): AgentState | undefined {
	const old = restoreRows(stored);
	if (old) {
		const known = Object.fromEntries(Object.keys(old.seen).map((id) => [id, UNREAD]));
		return { since: old.since, known, isComplete: false };
	}
	if (!isObject(stored)) return undefined;
	const { since, known, isComplete } = stored;
	return typeof since === 'number' && areTexts(known)
		? { since, known, isComplete: isComplete === true }
		: undefined;
}

/** What became of one agent since the last poll, and what is remembered of it now. */
function compareAgent(
	before: AgentState | undefined,
	agent: LibraryAgent,
): { revision: string; event?: ChangedAgent } {
	const digest = digestOf(agent);
	const unchanged = `${digest}.0`;
	if (before === undefined) return { revision: unchanged };
	const known = entryOf(before.known, agent.id);
	if (known === undefined) {
		if (timeOf(agent.created_at) >= before.since) return { revision: unchanged, event: { agent } };
		// Not listed before: back from the archive, unless the last poll may have missed it.
		if (!before.isComplete) return { revision: unchanged };
	}
	const [was, count = '0'] = (known ?? '').split('.');
	if (known === UNREAD || was === digest) return { revision: `${digest}.${count}` };
	const revision = `${digest}.${Number(count) + 1}`;
	return { revision, event: { agent, change: revision } };
}

/** Which agents were added or changed, in the order of their change, and what is remembered then. */
export function compareAgents(
	before: AgentState | undefined,
	{ now, rows, isComplete }: LibrarySnapshot,
): { changed: ChangedAgent[]; state: AgentState } {
	const byUse = [...rows].sort((a, b) => timeOf(a.updated_at) - timeOf(b.updated_at));
	const compared = byUse.map((agent) => ({ id: agent.id, ...compareAgent(before, agent) }));
	const listed = new Set(byUse.map(({ id }) => id));
	const missed = Object.entries(isComplete ? {} : (before?.known ?? {}));
	const revisions = [
		...missed.filter(([id]) => !listed.has(id)),
		...compared.map(({ id, revision }): [string, string] => [id, revision]),
	];
	return {
		changed: compared.flatMap(({ event }) => event ?? []),
		state: {
			since: nextSince(before?.since, now, isComplete),
			known: Object.fromEntries(revisions.slice(-MOST_AGENTS)),
			isComplete: isComplete && revisions.length <= MOST_AGENTS,
		},
	};
}
