import { parseJson } from '../../../../client/util/json';
import { LONGEST_MESSAGE } from '../../../../client/runs/reviews';
import type { Review, ReviewDecision } from '../../../../client/contract/types';
import { isBlank } from '../../../shared/choices';
import { choiceIn, flagIn } from '../../fields/values';
import { asFailure } from '../../framework/failures';
import type { Item } from '../../framework/item';
import type { NodeFailure } from '../../framework/operation';
import { EDIT_SWITCH, editOfForm, readEditForm, type EditForm } from './editForm';
import { readRunSettings, type RunSettings } from '../../wait/settings';

export type LeftOver = 'approve' | 'fail' | 'leave' | 'reject';
const ASKS_NO_MORE = 'Auto-Approve This Block';
export const OTHERS = 'Other Pending Reviews';
const LEFT_OVER: LeftOver[] = ['approve', 'fail', 'leave', 'reject'];

/** What an item says about a review. */
export interface Decision {
	approved: boolean;
	/** Edited data as the user gave it; undefined for none. */
	edit: unknown;
	/** Edited data as a form has it; undefined where none is used. */
	form?: EditForm;
	/** The expression for edited data gave nothing, which is not the wish to leave the data as it is. */
	lacksEdit: boolean;
	message: string;
	autoApprove: boolean;
	ifLeftOver: LeftOver;
}

/** How an answer without a failure ended. */
export type SettledStatus = 'answered' | 'alreadyAnswered' | 'notAnswered';

/** An answer without a failure. */
export interface Settled {
	status: SettledStatus;
	/** Null where AutoGPT does not show whether the edited data counts. */
	edited: boolean | null;
	/** Reviews of the run that still wait, since no item answers them. */
	leftOver: Review[];
	/** Reviews that were answered as well, though no item names them. */
	alsoAnswered: Review[];
}

/** What became of an answer. */
export type Result = { failure: NodeFailure } | Settled;

/** One item's answer, on its way. It has a result once it was sent, or is not to be sent. */
export class Answer {
	runId = '';

	reviewId = '';

	/** Whether the item answers all reviews of its run; this is one of them then. */
	isOfAll = false;

	/** Missing when the item's fields could not be read. */
	decision?: Decision;

	/** How its run is waited for; missing where it is not. */
	settings?: RunSettings;

	private known?: Result;

	constructor(readonly item: Item) {}

	/** The same item's answer to one of the reviews of its run. */
	to(reviewId: string): Answer {
		const answer = new Answer(this.item);
		const { decision, isOfAll, runId, settings } = this;
		return Object.assign(answer, { decision, isOfAll, reviewId, runId, settings });
	}

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
		{ edited = false, leftOver = [], alsoAnswered = [] }: Partial<Settled> = {},
	): void {
		this.known = { status, edited, leftOver, alsoAnswered };
	}

	/** Ends it with a failure of its item. */
	fail(error: unknown): void {
		const { functions, index } = this.item;
		this.known = { failure: asFailure(error, functions.getNode(), index) };
	}
}

/** A word that is no choice must not count as one; none given is the choice that sends nothing. */
function readLeftOver(item: Item): LeftOver {
	const field = { ifLeftOver: String(item.valueIfShown('ifLeftOver', 'fail') ?? '') };
	return choiceIn(item, field, 'ifLeftOver', OTHERS, LEFT_OVER) ?? 'fail';
}

function readDecision(item: Item): Decision {
	const chosen = item.requiredText('decision', 'Decision');
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
	const edit = isBlank(editedData) ? undefined : editedData;
	const lacksEdit = edit === undefined && item.isExpression('additionalFields', 'editedData');
	const approved = chosen === 'approve';
	const form = readEditForm(item);
	if (form && Object.hasOwn(fields, 'editedData')) {
		throw item.failure(
			`'${EDIT_SWITCH}' and 'Edited Data' exclude each other`,
			`Take 'Edited Data' away, or turn '${EDIT_SWITCH}' off.`,
		);
	}
	const asksNoMore = flagIn(item, fields, 'autoApprove', ASKS_NO_MORE);
	const autoApprove = approved && asksNoMore === true;
	if (autoApprove && (edit !== undefined || form)) {
		throw item.failure(
			`'${form ? EDIT_SWITCH : 'Edited Data'}' and '${ASKS_NO_MORE}' exclude each other`,
			'AutoGPT would drop the edited data. Take one of them away.',
		);
	}
	return {
		approved,
		edit,
		...(form ? { form } : {}),
		lacksEdit,
		message: text,
		autoApprove,
		ifLeftOver: readLeftOver(item),
	};
}

/** Reads what each item answers; a issue is kept as the failure of its item. */
export function readAnswers(items: Item[]): Answer[] {
	return items.map((item) => {
		const answer = new Answer(item);
		try {
			answer.isOfAll = item.valueIfShown('answerFor', 'review') === 'run';
			answer.runId = answer.isOfAll ? item.requiredText('runId', 'Run') : item.text('runId');
			if (!answer.isOfAll) answer.reviewId = item.requiredText('reviewId', 'Review');
			answer.decision = readDecision(item);
			if (answer.isOfAll && answer.decision.edit !== undefined) {
				throw item.failure(
					"'Edited Data' belongs to one review",
					"Set 'Answer' to One Review, or take 'Edited Data' away.",
				);
			}
			if (item.flag('waitForRun', 'Wait for Run')) answer.settings = readRunSettings(item);
		} catch (error) {
			answer.fail(error);
		}
		return answer;
	});
}

/** What is wrong with a text that is no JSON, in the words of JavaScript. */
function faultOf(text: string): string {
	try {
		JSON.parse(text);
	} catch (error) {
		if (error instanceof Error) return error.message;
	}
	return 'it cannot be read';
}

/**
 * Edited data as JSON.
 *
 * @param review a review that shows a text takes any text as it is, `2026` and `true` too
 * @returns undefined for no edit
 */
export function editOf({ item, decision }: Answer, review: Review): unknown {
	const edit = decision?.edit;
	if (decision?.form) return editOfForm(item, decision.form, review);
	if (typeof edit !== 'string') return edit;
	const json = parseJson(edit);
	const isText = typeof review.payload === 'string';
	if (isText && json !== undefined) return typeof json === 'string' ? json : edit;
	if (json !== undefined) return json;
	// What begins like JSON was meant as JSON; other text stands for itself.
	if (isText && !/^\s*[{["]/.test(edit)) return edit;
	throw item.failure(
		`'Edited Data' is not valid JSON: ${faultOf(edit)}`,
		'Give JSON such as {"title": "A better title"}: names and texts in double quotes, no comma after the last one. In an expression, JSON.stringify() makes JSON of any value.',
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
