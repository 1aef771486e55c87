import { NodeApiError } from 'n8n-workflow';

import { isFinal } from '../../../client/runs/runs';
import type { Run } from '../../../client/contract/types';
import { readCompleteList } from '../completeList';
import type { Poll } from '../poll';
import { timeOf } from '../times';

/** With more finished runs than this since the last poll, they are read in portions. */
export const WHOLE = 500;
/** A portion that fits into one page cannot move while it is read. */
const PORTION = 100;
/** Runs to aim for in a portion. */
const AIM = 80;

/** What to list. */
export interface FinishedSearch {
	/** Runs created from here on; milliseconds, server's clock. */
	since: number;
	/** Server's time. */
	now: number;
	/** IDs of the runs that were open when the poll began. */
	open: ReadonlySet<string>;
	/** Whether an earlier poll has dealt with a run. */
	isKnown: (id: string) => boolean;
	/** Portion that an earlier poll has narrowed its search to, in milliseconds of creation. */
	portion?: number;
	/** After so many rows no further portion is read. */
	room: number;
}

/** Runs, as far as they could be listed. */
export interface FinishedList {
	/** The finished ones, and others that were created in the same time. */
	rows: Run[];
	/** Up to which time of creation all are there; Infinity for all. Never before `since`. */
	readTo: number;
	/** Whether no run before that can have been missed. */
	isComplete: boolean;
	/** Portion to go on with; undefined once all was read. */
	portion?: number;
}

/**
 * Lists the finished runs that were created since the last poll, by a list that has every status:
 * one that we do not know is in no other, and such a run must be remembered until it ends. After a
 * long time without polls there may be more than one poll can read: then it reads them oldest first
 * in portions of their time of creation, so that each poll gets on (contract: behaviour.md section 9, Order and time).
 */
export async function readFinished(
	poll: Poll,
	filter: { graph_id?: string },
	{ since, now, open, isKnown, portion, room }: FinishedSearch,
): Promise<FinishedList> {
	const iso = (time: number) => new Date(time).toISOString();
	// A run that began or ended meanwhile was not missed.
	const isNews = (run: Run) => !isFinal(run) || open.has(run.id) || timeOf(run.ended_at) >= now;
	const list = async (from: number, until: number | undefined, most: number) =>
		await readCompleteList(
			poll.client,
			'listRuns',
			{
				query: {
					...filter,
					started_after: iso(from),
					...(until === undefined ? {} : { started_before: iso(until) }),
				},
			},
			{
				idOf: ({ id }) => id,
				growsAtHead: false,
				isNews,
				isOutOfTime: poll.isListTimeOver,
				most,
			},
		);

	const rows = new Map<string, Run>();
	let from = since;
	/** Time of creation that a portion covers, in milliseconds; all that is left at first. */
	let width = portion ?? Infinity;
	const soFar = (): FinishedList => ({
		rows: [...rows.values()],
		readTo: from,
		isComplete: true,
		...(Number.isFinite(width) ? { portion: width } : {}),
	});
	for (;;) {
		const until = from + width < now ? from + width : undefined;
		const most = until === undefined ? WHOLE : PORTION;
		// So many runs of one moment are read all the same.
		const part = await list(from, until, width > 1 ? most : Infinity).catch((error: unknown) => {
			// What was read so far is something: the rest comes with the next poll.
			const mayGoOn = error instanceof NodeApiError || poll.isOutOfTime;
			if (from > since && mayGoOn) return undefined;
			throw error;
		});
		if (part === undefined) return soFar();
		if (part.tooMany !== undefined) {
			const span = (until ?? now) - from;
			width = Math.max(1, Math.floor((span * AIM) / part.tooMany));
			if (poll.isListTimeOver()) return soFar();
			continue;
		}
		// What an earlier poll has found in the same portion makes this poll its second pass.
		const isSure =
			part.isComplete || (!part.isCut && part.rows.filter(isFinal).every(({ id }) => isKnown(id)));
		for (const run of part.rows) rows.set(run.id, run);
		if (part.isCut) return soFar();
		if (until === undefined) {
			return { rows: [...rows.values()], readTo: Infinity, isComplete: isSure };
		}
		if (!isSure) return soFar();
		from = until;
		if (part.rows.length < AIM / 2) width *= 2;
		// Behind such a moment there may be little left.
		if (part.rows.length > PORTION) width = Infinity;
		if (rows.size >= room || poll.isListTimeOver()) return soFar();
	}
}
