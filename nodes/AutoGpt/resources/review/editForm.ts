import type { Review } from '../../../../client/contract/types';
import { editByForm, fieldsOfReview } from '../../../../client/inputs/reviewData';
import { isObject, type JsonObject } from '../../../../client/util/json';
import { fieldIdOf } from '../../fields/inputs';
import type { Item } from '../../framework/item';

export const EDIT_SWITCH = 'Edit in a Form';

/** What an item's form says about the data of its review. */
export interface EditForm {
	/** By the IDs of fields; what is empty is left as the review shows it. */
	given: JsonObject;
	/** Fields whose expressions gave nothing, which is not the wish to leave them as they are. */
	lacking: string[];
}

function isNothing(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

function valuesIn(form: unknown): JsonObject {
	return isObject(form) && isObject(form.value) ? form.value : {};
}

/** The form of an item; undefined where the item is not to be edited in one. */
export function readEditForm(item: Item): EditForm | undefined {
	if (!item.flagOf(item.valueIfShown('editInForm', false), EDIT_SWITCH)) return undefined;
	const given = valuesIn(item.valueIfShown('editForm', ''));
	const raw = valuesIn(item.functions.getNode().parameters.editForm);
	const isExpression = (id: string) => String(raw[id] ?? '').startsWith('=');
	const lacking = Object.keys(given).filter((id) => isNothing(given[id]) && isExpression(id));
	return { given, lacking };
}

/** The edited data of a review by a form; undefined for none. */
export function editOfForm(item: Item, { given }: EditForm, review: Review): unknown {
	const names = new Map(fieldsOfReview(review).map(({ name }) => [fieldIdOf(name), name]));
	const byName = Object.entries(given)
		.filter(([, value]) => !isNothing(value))
		.map(([id, value]): [string, unknown] => [names.get(id) ?? id, value]);
	const source = { isForm: true, timezone: item.functions.getTimezone() };
	const result = editByForm(review, Object.fromEntries(byName), source);
	if ('edit' in result) return result.edit;
	throw item.failure(
		`Review '${review.node_exec_id}' cannot be edited like this: ${result.issue}`,
		`${result.advice} Nothing was sent for this run.`,
	);
}
