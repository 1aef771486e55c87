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
import { withReviewId } from './reviewOutput';

/** What of the settings decides on the shape. */
export interface Shape extends RunShape {
	/** For readers who pay by the word: lists of values only of outputs that have several. */
	isTerse?: boolean;
}

/** A run whose waiting is over, and what is known about it. */
export interface FinishedRun {
	run: RunDetails;
	agentId?: string;
	/** Missing where the library cannot be read, or no longer has the agent. */
	agentName?: string;
	/** Reviews that wait for a person, when the run is returned because of them. */
	reviews?: Review[];
	/** Blocks of its graph, where they have been read. */
	blockNames?: BlockNames;
}

/** Seconds as people read them: AutoGPT measures them to the femtosecond. */
export function rounded(seconds: number): number {
	// API v1 does not tell it, and 0 would be wrong.
	return Number.isFinite(seconds) ? Math.round(seconds * 1000) / 1000 : seconds;
}

function result({ run }: FinishedRun): IDataObject {
	return { id: idOf(run), status: run.status, outcome: outcomeOf(run) };
}

function origin(connection: Connection, { run, agentId, agentName }: FinishedRun): IDataObject {
	return {
		url: agentId ? runUrl(connection, agentId, run.id) : null,
		agent_id: agentId || null,
		agent_name: agentName ?? null,
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
		...(reviews ? { reviews: reviews.map(withReviewId) } : {}),
		cost_cents: run.cost_cents,
		duration_seconds: rounded(run.duration_seconds),
		...origin(connection, finished),
	};
}

function raw(connection: Connection, finished: FinishedRun): IDataObject {
	const { run, reviews } = finished;
	return {
		...(withoutShareToken(run) as unknown as IDataObject),
		id: idOf(run),
		...origin(connection, finished),
		...(reviews ? { reviews: reviews.map(withReviewId) } : {}),
	};
}

/**
 * An item for each output with its last value and the list of all, or one for each value. A run
 * without outputs is one item all the same: it must not vanish.
 */
function perValue(connection: Connection, finished: FinishedRun, settings: Shape): IDataObject[] {
	const item = (output: string | null, value: unknown, values?: unknown[]): IDataObject => ({
		...result(finished),
		output,
		value: value as IDataObject,
		...(values ? { values: values as IDataObject[] } : {}),
		...origin(connection, finished),
	});
	const items = Object.entries(allValues(finished.run)).flatMap(([output, values]) => {
		if (settings.allValues) return values.map((value) => item(output, value));
		if (values.length === 0) return [];
		const hasList = !settings.isTerse || values.length > 1;
		return [item(output, values[values.length - 1], hasList ? values : undefined)];
	});
	return items.length > 0 ? items : [item(null, null)];
}

/**
 * The outputs at the top level. n8n takes an item with `error` there for a failed one, executes the
 * node again or sends the item to the error output: an output of that name gets another one.
 */
function outputsAlone({ run }: FinishedRun, settings: Shape): IDataObject {
	const { error, ...outputs } = settings.allValues ? allValues(run) : lastValues(run);
	if (error === undefined) return outputs as IDataObject;
	let name = 'error_output';
	while (Object.hasOwn(outputs, name)) name += '_';
	return { ...outputs, [name]: error } as IDataObject;
}

/** The ID and the fields that the user selected; of a run that goes on, what it waits for, too. */
function selectedOf(connection: Connection, finished: FinishedRun, settings: Shape): IDataObject {
	const all = { ...raw(connection, finished), ...runSummary(connection, finished, settings) };
	const always = finished.run.status === 'COMPLETED' ? ['id'] : ['id', 'status', 'reviews'];
	const wanted = [...new Set([...always, ...(settings.fields ?? [])])];
	return Object.fromEntries(
		wanted.filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]]),
	);
}

/** Shapes a run as the user wants it returned: one item, or one for each output value. */
export function shapeRun(connection: Connection, finished: FinishedRun, settings: Shape): Output[] {
	const { form } = settings;
	const { run } = finished;
	const summary = () => runSummary(connection, finished, settings);
	switch (form) {
		case 'raw':
			return [{ json: raw(connection, finished) }];
		case 'selected':
			return [{ json: selectedOf(connection, finished, settings) }];
		case 'simplified':
			return [{ json: summary() }];
		case 'itemPerValue':
			// A run that still waits must not vanish, with its reviews, for want of values.
			if (!isFinal(run)) return [{ json: summary() }];
			return perValue(connection, finished, settings).map((json) => ({ json }));
		case 'outputsOnly':
			// Outputs do not show that a run failed or waits.
			return [{ json: run.status === 'COMPLETED' ? outputsAlone(finished, settings) : summary() }];
	}
}
