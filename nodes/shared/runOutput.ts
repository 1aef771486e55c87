import type { IDataObject } from 'n8n-workflow';

import { runUrl } from '../../client/agents/agents';
import type { Connection } from '../../client/connection/connection';
import {
	allValues,
	failedBlocks,
	idOf,
	lastValues,
	outcomeOf,
	severalValues,
	withoutShareToken,
	type BlockNames,
} from '../../client/runs/results';
import { isFinal } from '../../client/runs/runs';
import type { Review, RunDetails } from '../../client/contract/types';
import type { Output, RunShape } from './output';

/** What of the settings decides on the shape. */
export interface Shape extends RunShape {
	/** For readers who pay by the word: lists of values only of outputs that have several. */
	isTerse?: boolean;
}

/** A run whose waiting is over, and what is known about it. */
export interface FinishedRun {
	run: RunDetails;
	agentId?: string;
	/** Reviews that wait for a person, when the run is returned because of them. */
	reviews?: Review[];
	/** Blocks of its graph, where they have been read. */
	blockNames?: BlockNames;
}

function result({ run }: FinishedRun): IDataObject {
	return { id: idOf(run), status: run.status, outcome: outcomeOf(run) };
}

function origin(connection: Connection, { run, agentId }: FinishedRun): IDataObject {
	return {
		url: agentId ? runUrl(connection, agentId, run.id) : null,
		agent_id: agentId || null,
		graph_id: run.graph_id,
	};
}

/**
 * The outputs. With the last value of each, a second field has all values: nothing that the agent
 * returned is lost, and neither field changes its type with the number of values.
 */
function outputsOf({ run }: FinishedRun, settings: Shape): IDataObject {
	if (settings.allValues) return { outputs: allValues(run) as IDataObject };
	const lists = settings.isTerse ? severalValues(run) : allValues(run);
	const isNeeded = !settings.isTerse || Object.keys(lists).length > 0;
	return {
		outputs: lastValues(run) as IDataObject,
		...(isNeeded ? { output_values: lists as IDataObject } : {}),
	};
}

/** A run in short, as one object. */
export function runSummary(
	connection: Connection,
	finished: FinishedRun,
	settings: Shape,
): IDataObject {
	const { run, reviews, blockNames } = finished;
	return {
		...result(finished),
		...outputsOf(finished, settings),
		failed_blocks: failedBlocks(run, blockNames) as unknown as IDataObject[],
		...(reviews ? { reviews: reviews as unknown as IDataObject[] } : {}),
		cost_cents: run.cost_cents,
		duration_seconds: run.duration_seconds,
		...origin(connection, finished),
	};
}

function raw(connection: Connection, finished: FinishedRun): IDataObject {
	const { run, agentId, reviews } = finished;
	return {
		...(withoutShareToken(run) as unknown as IDataObject),
		id: idOf(run),
		url: agentId ? runUrl(connection, agentId, run.id) : null,
		...(reviews ? { reviews: reviews as unknown as IDataObject[] } : {}),
	};
}

/** An item for each output with its last value and the list of all, or one for each value. */
function perValue(connection: Connection, finished: FinishedRun, settings: Shape): IDataObject[] {
	const item = (output: string, value: unknown, values?: unknown[]): IDataObject => ({
		...result(finished),
		output,
		value: value as IDataObject,
		...(values ? { values: values as IDataObject[] } : {}),
		...origin(connection, finished),
	});
	return Object.entries(allValues(finished.run)).flatMap(([output, values]) => {
		if (settings.allValues) return values.map((value) => item(output, value));
		if (values.length === 0) return [];
		const hasList = !settings.isTerse || values.length > 1;
		return [item(output, values[values.length - 1], hasList ? values : undefined)];
	});
}

/** Shapes a run as the user wants it returned: one item, or one for each output value. */
export function shapeRun(connection: Connection, finished: FinishedRun, settings: Shape): Output[] {
	const { form } = settings;
	if (form === 'raw') return [{ json: raw(connection, finished) }];
	// A run that still waits must not vanish, with its reviews, for want of values.
	const isPerValue = form === 'itemPerValue' && isFinal(finished.run);
	if (!isPerValue) return [{ json: runSummary(connection, finished, settings) }];
	return perValue(connection, finished, settings).map((json) => ({ json }));
}
