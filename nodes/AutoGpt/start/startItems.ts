import type { Agents } from '../../../client/agents/agents';
import { identityOf, type RunTarget } from '../../../client/agents/runTargets';
import { mapBounded } from '../../../client/util/concurrency';
import { isToolExecution } from '../../../client/compat/toolExecution';
import { toolCallIds } from '../../../client/process/processState';
import { attemptOf, sentKey, startKey } from '../../../client/runs/keys';
import type { LibraryAgent, Run } from '../../../client/contract/types';
import { asAnyFailure, asFailure } from '../framework/failures';
import { addHint, type Hint } from '../framework/hints';
import type { Item } from '../framework/item';
import type { NodeFailure } from '../framework/operation';
import { readInputs, type InputTaker } from './inputs';
import { judgeAfresh, startOnKept, type Judged } from './keptAnswers';
import { readOwnKey } from './ownKey';
import type { PreparedStart } from './preparedStart';
import { withOtherRuns } from '../wait/others';
import { readConcurrentStarts } from '../wait/settings';

const PREPARE_CONCURRENCY = 10;

type Prepared = (PreparedStart & Judged) | { item: Item; failure: NodeFailure };

/** What an item starts, and what the user should know of it. */
export interface Target extends RunTarget {
	/** What takes the inputs, where that is no agent of the library. */
	taker?: InputTaker;
	hint?: Hint;
}

/** The remarks of all items. */
class Hints {
	private readonly byMessage = new Map<string, Hint>();

	add(hint: Hint): void {
		this.byMessage.set(hint.message, hint);
	}

	show({ functions }: Item): void {
		for (const hint of this.byMessage.values()) {
			addHint(functions, hint);
		}
	}
}

/** Finds out which agent an item starts. */
export type FindTarget = (item: Item, agents: Agents) => Promise<Target>;

/** How runs are started. */
interface StartSettings {
	stopsAtFailure: boolean;
	/** Which agent an item starts; the one that it chose, unless set otherwise. */
	findTarget?: FindTarget;
	/** Called with each run as soon as it is started. */
	onStarted?: (started: { item: Item; run: Run }) => void;
}

/** What became of one item's start. */
export type Started =
	| { item: Item; agentId: string; agent?: LibraryAgent; run: Run; isEarlier: boolean }
	| { item: Item; failure: NodeFailure };

function passOf({ functions, index }: Item): string | number {
	const { json } = functions.getInputData()[index] ?? {};
	// Some AI agents count a repeat of a tool call like a new call, and two calls at once like one:
	// their number of the pass separates neither.
	if (json && isToolExecution(functions)) return toolCallIds.of(json);
	const { $runIndex } = functions.getWorkflowDataProxy(index);
	return typeof $runIndex === 'number' ? $runIndex : 0;
}

/** Where in n8n an item comes from: the same whenever n8n repeats it within the execution. */
export function originOf(item: Item): Array<string | number> {
	const { functions, index } = item;
	// Nodes of a sub-workflow that is given as JSON may have no IDs; names are unique in a workflow.
	const { id, name } = functions.getNode();
	return [
		functions.getInstanceId(),
		functions.getWorkflow().id ?? '',
		functions.getExecutionId(),
		...[id ?? '', name],
		passOf(item),
		index,
	];
}

/** The agent that an item chose. */
export async function chosenAgent(item: Item, agents: Agents): Promise<Target> {
	const agentId = item.requiredText('agentId', 'Agent');
	return { agentId, agent: await agents.read(agentId) };
}

async function prepare(item: Item, agents: Agents, findTarget: FindTarget): Promise<PreparedStart> {
	const ownKey = readOwnKey(item);
	const { hint, taker, ...target } = await findTarget(item, agents);
	const { agentId, agent } = target;
	const body = await readInputs(item, { agents, agentId, agent, taker });
	const origin = originOf(item);
	const identity = identityOf(target);
	const key = ownKey ? sentKey(ownKey) : startKey(origin, identity, body);
	return {
		...target,
		...{ item, body, key, ownKey, hint },
		isOwnKey: ownKey !== '',
		attemptId: attemptOf(origin, identity),
		concurrency: readConcurrentStarts(item),
	};
}

function failed(item: Item, error: unknown): { item: Item; failure: NodeFailure } {
	return { item, failure: asFailure(error, item.functions.getNode(), item.index) };
}

/** One key means one run: of items with the same own key the first is started. */
function refuseSharedKeys(starts: Prepared[]): Prepared[] {
	const owners = new Map<string, number>();
	return starts.map((start) => {
		if ('failure' in start || !start.isOwnKey) return start;
		const { item, key, ownKey } = start;
		const owner = owners.get(key);
		if (owner === undefined) {
			owners.set(key, item.index);
			return start;
		}
		const failure = item.failure(
			`Item ${owner} has the same idempotency key '${ownKey}'`,
			"AutoGPT starts one run at most for a key. Use an expression with another key for each item, such as {{ $json.order_id }}, or leave 'Idempotency Key' empty.",
		);
		return { item, failure };
	});
}

/** Says which items got runs from before this execution: keys name the execution by its number. */
function hintAtEarlierRuns(starts: Started[]): void {
	const earlier = starts.flatMap((start) => ('run' in start && start.isEarlier ? [start] : []));
	const [first] = earlier;
	if (!first) return;
	const count = earlier.length === 1 ? 'An item' : `${earlier.length} items`;
	addHint(first.item.functions, {
		message: `${count} got a run from before this execution, the first one '${first.run.id}': AutoGPT knows its idempotency key from an execution with the same number. That is right where n8n executes again what a restart cut off. Where n8n's database was restored or copied, execute the workflow again to start new runs.`,
		type: 'warning',
	});
}

/**
 * What a start starts, as the server has it now. One that started graphs itself may have got API v2,
 * which starts agents, while the runs before this one were being started.
 */
async function targetNow(start: PreparedStart, agents: Agents, findTarget: FindTarget) {
	const { agent, agentId, item } = start;
	if (agentId !== '' || !item.client.polling.listsRuns) return { agent, agentId };
	const target = await findTarget(item, agents);
	return { agent: target.agent, agentId: target.agentId };
}

interface SendSettings {
	agents: Agents;
	findTarget: FindTarget;
	/** Prepares the same item anew. */
	prepareAgain: () => Promise<PreparedStart>;
}

async function send(
	start: PreparedStart & Judged,
	{ agents, findTarget, prepareAgain }: SendSettings,
): Promise<Started> {
	const { item } = start;
	try {
		const target = await targetNow(start, agents, findTarget);
		return { item, ...(await startOnKept({ ...start, ...target }, prepareAgain)) };
	} catch (error) {
		return failed(item, error);
	}
}

/**
 * Starts one run for each item, several at once. All items are checked before the first run is
 * started, so that a issue in one item costs nothing where the node stops at failures; and after a
 * start that failed no other is sent then.
 *
 * @returns what became of each item, in order
 */
export async function startItems(
	items: Item[],
	agents: Agents,
	{ stopsAtFailure, findTarget = chosenAgent, onStarted }: StartSettings,
): Promise<Started[]> {
	const [firstItem] = items;
	if (!firstItem) return [];
	// Whoever works at the agent in the editor wants to see it as it is.
	if (firstItem.functions.getMode() !== 'manual') firstItem.client.session.acceptKept();
	const prepareItem = async (item: Item) => await prepare(item, agents, findTarget);
	const read = await mapBounded(items, PREPARE_CONCURRENCY, async (item): Promise<Prepared> => {
		const judged = judgeAfresh(item.client.session, async () => await prepareItem(item));
		return await judged.catch((error: unknown) => failed(item, error));
	});
	const hints = new Hints();
	for (const start of read) if ('hint' in start && start.hint) hints.add(start.hint);
	hints.show(firstItem);
	const prepared = refuseSharedKeys(read);
	const issue = prepared.find((start) => 'failure' in start);
	if (stopsAtFailure && issue && 'failure' in issue) throw issue.failure;
	const [first] = prepared.flatMap((start) => ('failure' in start ? [] : [start.concurrency]));
	const runIds: string[] = [];
	const starting = mapBounded(prepared, first ?? 1, async (start): Promise<Started> => {
		if ('failure' in start) return start;
		const prepareAgain = async () => await prepareItem(start.item);
		const started = await send(start, { agents, findTarget, prepareAgain });
		if ('run' in started) {
			runIds.push(started.run.id);
			onStarted?.(started);
		} else if (stopsAtFailure) throw started.failure;
		return started;
	});
	// Those under way at that moment were started, too.
	const starts = await starting.catch((error: unknown) => {
		throw withOtherRuns(asAnyFailure(error, firstItem.functions.getNode()), runIds);
	});
	hintAtEarlierRuns(starts);
	return starts;
}
