import type { RunTarget } from '../../../client/agents/runTargets';
import type { AgentRunRequest } from '../../../client/contract/types';
import type { Hint } from '../framework/hints';
import type { Item } from '../framework/item';

/** A start that has been checked and is ready to be sent. */
export interface PreparedStart extends RunTarget {
	item: Item;
	body: AgentRunRequest;
	key: string;
	isOwnKey: boolean;
	/** The key as the user gave it; `` for one that the node made. */
	ownKey: string;
	/** The same whenever n8n repeats this start within the execution. */
	attemptId: string;
	/** How many starts the item wants under way at the same time. */
	concurrency: number;
	/** What the user should know of it. */
	hint?: Hint;
}
