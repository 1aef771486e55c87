import type { Agents } from '../../../platform/agents';
import { mapBounded } from '../../../platform/concurrency';
import { canonicalJson, startKey } from '../../../platform/idempotency';
import { startRun } from '../../../platform/starts';
import type { AgentRunRequest, LibraryAgent, Run } from '../../../platform/types';
import { asFailure } from '../framework/failures';
import type { Item } from '../framework/item';
import type { NodeFailure } from '../framework/operation';
import { readInputs } from './inputs';

const DEFAULT_STARTS_AT_ONCE = 10;

/** A start that has been checked and is ready to be sent. */
interface PreparedStart {
	item: Item;
	agentId: string;
	agent?: LibraryAgent;
	body: AgentRunRequest;
	key: string;
	isOwnKey: boolean;
}

/** What became of one item's start. */
export type Started =
	| { item: Item; agentId: string; agent?: LibraryAgent; run: Run }
	| { item: Item; failure: NodeFailure };

function originOf({ functions, index }: Item): Array<string | number> {
	const { $runIndex } = functions.getWorkflowDataProxy(index);
	const pass = typeof $runIndex === 'number' ? $runIndex : 0;
	return [
		functions.getInstanceId(),
		functions.getWorkflow().id ?? '',
		functions.getExecutionId(),
		functions.getNode().id,
		pass,
		index,
	];
}

async function prepare(item: Item, agents: Agents): Promise<PreparedStart> {
	const agentId = item.requiredText('agentId', 'Agent');
	const agent = await agents.read(agentId);
	const body = await readInputs(item, { agents, agentId, agent });
	const { idempotencyKey } = item.collection('options');
	const ownKey = String(idempotencyKey ?? '').trim();
	const key = ownKey || startKey(originOf(item), agentId, body);
	return { item, agentId, agent, body, key, isOwnKey: ownKey !== '' };
}

function contentOf({ agentId, body }: PreparedStart): string {
	return canonicalJson([agentId, body]);
}

function failed(item: Item, error: unknown): { item: Item; failure: NodeFailure } {
	return { item, failure: asFailure(error, item.functions.getNode(), item.index) };
}

/**
 * Starts one run for each item, several at once. All items are checked before the first run is
 * started, so that a slip in one item costs nothing where the node stops at failures.
 *
 * @returns what became of each item, in order
 */
export async function startItems(
	items: Item[],
	agents: Agents,
	stopsAtFailure: boolean,
): Promise<Started[]> {
	const prepared = await mapBounded(
		items,
		DEFAULT_STARTS_AT_ONCE,
		async (item) => await prepare(item, agents).catch((error: unknown) => failed(item, error)),
	);
	const slip = prepared.find((start) => 'failure' in start);
	if (stopsAtFailure && slip && 'failure' in slip) throw slip.failure;
	const atOnce = Number(items[0]?.collection('options').startsAtOnce ?? DEFAULT_STARTS_AT_ONCE);
	const claimed = new Set<string>();
	const copies = new Map<string, number>();
	for (const start of prepared) {
		if (!('failure' in start))
			copies.set(contentOf(start), (copies.get(contentOf(start)) ?? 0) + 1);
	}
	return await mapBounded(prepared, Math.max(1, atOnce), async (start): Promise<Started> => {
		if ('failure' in start) return start;
		const { item, agentId, agent } = start;
		const hasTwin = (copies.get(contentOf(start)) ?? 0) > 1;
		return await startRun(item.client, { ...start, claimed, hasTwin })
			.then((run) => ({ item, agentId, agent, run }))
			.catch((error: unknown) => failed(item, error));
	});
}
