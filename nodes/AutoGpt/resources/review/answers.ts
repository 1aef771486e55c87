import { parseJson } from '../../../../client/util/json';
import { LONGEST_MESSAGE } from '../../../../client/runs/reviews';
import type { Review, ReviewDecision } from '../../../../client/contract/types';
import { flagIn } from '../../fields/values';
import { asFailure } from '../../framework/failures';
import type { Item } from '../../framework/item';
import type { NodeFailure } from '../../framework/operation';
import { readRunSettings, type RunSettings } from '../../wait/settings';

export type LeftOver = 'approve' | 'fail' | 'leave' | 'reject';
const ASKS_NO_MORE = 'Approve Without Asking From Now On';
const LEFT_OVER: LeftOver[] = ['approve', 'fail', 'leave', 'reject'];

/** What an item says about a review. */
export interface Decision {
	approved: boolean;
	/** Edited data as the user gave it; undefined for none. */
	edit: unknown;
	message: string;
	autoApprove: boolean;
	ifLeftOver: LeftOver;
}

/** How an answer without a failure ended. */
export type SettledStatus = 'answered' | 'alreadyAnswered' | 'notAnswered';

/** What became of an answer. */
export type Result =
	| { failure: NodeFailure }
	| {
			status: SettledStatus;
			edited: boolean;
			/** Reviews of the run that no item answers. */
			leftOver: Review[];
	  };

/** One item's answer, on its way. It has a result once it was sent, or is not to be sent. */
export class Answer {
	runId = '';

	reviewId = '';

	/** Missing when the item's fields could not be read. */
	decision?: Decision;

	/** How its run is waited for; missing where it is not. */
	settings?: RunSettings;

	private known?: Result;

	constructor(readonly item: Item) {}

	/** What became of it; undefined while it is still to be sent. */
	get result(): Result | undefined {
		return this.known;
	}

	/** Whether it is still to be sent. */
	get isOpen(): boolean {
		return this.known === undefined;
	}

	/** Whether its item fails. */
	get hasFailed(): boolean {
		return this.known !== undefined && 'failure' in this.known;
	}

	/** Ends it with what AutoGPT has of the answer now. */
	settle(
		status: SettledStatus,
		{ edited = false, leftOver = [] }: { edited?: boolean; leftOver?: Review[] } = {},
	): void {
		this.known = { status, edited, leftOver };
	}

	/** Ends it with a failure of its item. */
	fail(error: unknown): void {
		const { functions, index } = this.item;
		this.known = { failure: asFailure(error, functions.getNode(), index) };
	}
}

function readDecision(item: Item): Decision {
	const chosen = item.text('decision') || 'approve';
	if (chosen !== 'approve' && chosen !== 'reject') {
		throw item.failure(
			`'Decision' is '${chosen}'`,
			"It must be 'approve' or 'reject'. Check the expression of this field.",
		);
	}
	const fields = item.collection('additionalFields');
	const { editedData, message } = fields;
	const text = typeof message === 'string' ? message.trim() : '';
	if (text.length > LONGEST_MESSAGE) {
		throw item.failure(
			`'Message' has ${text.length} characters`,
			`AutoGPT takes ${LONGEST_MESSAGE} at most. Shorten it.`,
		);
	}
	const isBlank = typeof editedData === 'string' && editedData.trim() === '';
	const edit = isBlank ? undefined : editedData;
	const approved = chosen === 'approve';
	const asksNoMore = flagIn(item, fields, 'autoApprove', ASKS_NO_MORE);
	const autoApprove = approved && asksNoMore === true;
	if (autoApprove && edit !== undefined) {
		throw item.failure(
			`'Edited Data' and '${ASKS_NO_MORE}' exclude each other`,
			'AutoGPT would drop the edited data. Take one of them away.',
		);
	}
	const ifLeftOver = LEFT_OVER.find((known) => known === item.text('ifLeftOver')) ?? 'fail';
	return {
		approved,
		edit,
		message: text,
		autoApprove,
		ifLeftOver,
	};
}

/** Reads what each item answers; a issue is kept as the failure of its item. */
export function readAnswers(items: Item[]): Answer[] {
	return items.map((item) => {
		const answer = new Answer(item);
		try {
			answer.runId = item.text('runId');
			answer.reviewId = item.requiredText('reviewId', 'Review');
			answer.decision = readDecision(item);
			if (item.flag('waitForRun', 'Wait for Run')) answer.settings = readRunSettings(item);
		} catch (error) {
			answer.fail(error);
		}
		return answer;
	});
}

/**
 * Edited data as JSON.
 *
 * @param review a review that shows a text takes any text as it is, `2026` and `true` too
 * @returns undefined for no edit
 */
export function editOf({ item, decision }: Answer, review: Review): unknown {
	const edit = decision?.edit;
	if (typeof edit !== 'string') return edit;
	const json = parseJson(edit);
	if (typeof review.payload === 'string') return typeof json === 'string' ? json : edit;
	if (json !== undefined) return json;
	throw item.failure(
		"'Edited Data' is not valid JSON",
		'Give JSON such as {"title": "A better title"}: names and texts in double quotes, no comma after the last one.',
	);
}

/** The decision as AutoGPT takes it. */
export function asBody({ reviewId, decision }: Answer, edit: unknown): ReviewDecision {
	return {
		node_exec_id: reviewId,
		approved: decision?.approved === true,
		...(edit === undefined ? {} : { edited_payload: edit }),
		...(decision?.message ? { message: decision.message } : {}),
		auto_approve_future: decision?.autoApprove === true,
	};
}

/** Fails answers to a review that an earlier item answers. */
export function failTwins(answers: Answer[]): void {
	const owners = new Map<string, Answer>();
	for (const answer of answers) {
		const owner = owners.get(answer.reviewId);
		if (!owner) owners.set(answer.reviewId, answer);
		else {
			const { item, reviewId } = answer;
			answer.fail(
				item.failure(
					`Review '${reviewId}' is answered by item ${owner.item.index} already`,
					'Let one item only answer each review, for example with Remove Duplicates before this node.',
				),
			);
		}
	}
}
