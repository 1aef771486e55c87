import type { IDataObject, INodeProperties, NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Output } from '../../shared/output';
import type { Item } from './item';

export type { Output } from '../../shared/output';

export type NodeFailure = NodeApiError | NodeOperationError;

/** An input item that failed. */
export interface Failed {
	failure: NodeFailure;
	/** What there is of the run that the item stands for: its ID, status, link, outputs and more. */
	run?: IDataObject;
}

/** What became of one input item. */
export type ItemResult = { outputs: Output[] } | Failed;

export interface BatchSettings {
	/** True when the node stops at the first failure, so that work for the others is in vain. */
	stopsAtFailure: boolean;
}

interface Description {
	/** As the user sees it, for example `Get Many`. */
	name: string;
	/** As workflows store it: never changes. */
	value: string;
	/** Sentence case with the object, for example `Get many agents`. */
	action: string;
	description: string;
	/** What someone must know who is about to execute it: that it costs, deletes or shares. One sentence. */
	notice?: string;
	/** Fields without display rules: the resource adds them. */
	fields: INodeProperties[];
	/** Names of what it returns without Simplify; needed where it has that. */
	rawFields?: readonly string[];
}

/**
 * Items that an operation reads for at the same time, where their order does not matter. AutoGPT
 * lets an address present a dead token five times a minute (contract: behaviour.md section 6).
 */
export const READ_CONCURRENCY = 5;

/** An operation that treats each item on its own. */
export interface ItemOperation extends Description {
	perItem: (item: Item) => Promise<Output | Output[]>;
	/** Items treated at the same time; 1 where their order matters. */
	concurrency?: number;
}

/** An operation that gains from seeing all items at once. It returns one result for each item, in order. */
export interface BatchOperation extends Description {
	perBatch: (items: Item[], settings: BatchSettings) => Promise<ItemResult[]>;
}

export type Operation = ItemOperation | BatchOperation;

/** A resource: its name and its operations in the order in which the user sees them. */
export interface Resource {
	name: string;
	value: string;
	description?: string;
	/** Value of the operation that a new node starts with. */
	defaultOperation: string;
	operations: Operation[];
}
