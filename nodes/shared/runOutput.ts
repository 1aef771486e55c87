import type { IDataObject } from 'n8n-workflow';

import { runUrl } from '../../client/agents/agents';
import type { Connection } from '../../client/connection/connection';
import { failedBlocks, lastValues, outcomeOf, withoutShareToken } from '../../client/runs/results';
import { isFinal } from '../../client/runs/runs';
import type { Review, RunDetails } from '../../client/contract/types';
import type { Output } from '../AutoGpt/framework/operation';
import type { RunSettings } from '../AutoGpt/wait/settings';

/** What of the settings decides on the shape. */
type Shape = Pick<RunSettings, 'form' | 'allValues'>;

/** A run whose waiting is over, and what is known about it. */
export interface FinishedRun {
	run: RunDetails;
	agentId?: string;
	/** Reviews that wait for a person, when the run is handed out because of them. */
	reviews?: Review[];
}

function result({ run }: FinishedRun): IDataObject {
	return { id: run.id, status: run.status, outcome: outcomeOf(run) };
}

function origin(connection: Connection, { run, agentId }: FinishedRun): IDataObject {
	return {
		url: agentId ? runUrl(connection, agentId, run.id) : null,
		agent_id: agentId ?? null,
		graph_id: run.graph_id,
	};
}

function simple(connection: Connection, finished: FinishedRun, settings: Shape): IDataObject {
	const { run, reviews } = finished;
	return {
		...result(finished),
		outputs: (settings.allValues ? (run.outputs ?? {}) : lastValues(run)) as IDataObject,
		failed_blocks: failedBlocks(run) as unknown as IDataObject[],
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
		url: agentId ? runUrl(connection, agentId, run.id) : null,
		...(reviews ? { reviews: reviews as unknown as IDataObject[] } : {}),
	};
}

function perValue(connection: Connection, finished: FinishedRun, settings: Shape): IDataObject[] {
	return Object.entries(finished.run.outputs ?? {}).flatMap(([output, values]) => {
		const kept = settings.allValues ? values : values.slice(-1);
		return kept.map((value) => ({
			...result(finished),
			output,
			value: value as IDataObject,
			...origin(connection, finished),
		}));
	});
}

/** Shapes a run as the user wants it put out: one item, or one for each output value. */
export function shapeRun(connection: Connection, finished: FinishedRun, settings: Shape): Output[] {
	const { form } = settings;
	if (form === 'raw') return [{ json: raw(connection, finished) }];
	// A run that still waits must not vanish, with its reviews, for want of values.
	const isPerValue = form === 'itemPerValue' && isFinal(finished.run);
	if (!isPerValue) return [{ json: simple(connection, finished, settings) }];
	return perValue(connection, finished, settings).map((json) => ({ json }));
}
