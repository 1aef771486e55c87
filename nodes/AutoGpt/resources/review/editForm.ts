import { isExpression } from 'n8n-workflow';

import type { Review } from '../../../../client/contract/types';
import { editByForm, fieldsOfReview } from '../../../../client/inputs/reviewData';
import type { JsonObject } from '../../../../client/util/json';
import { isBlank } from '../../../shared/choices';
import { fieldIdOf, formValues } from '../../fields/inputs';
import type { Item } from '../../framework/item';

export const EDIT_SWITCH = 'Edit in a Form';

/** What an item's form says about the data of its review. */
export interface EditForm {
	/** By the IDs of fields; what is empty is left as the review shows it. */
	given: JsonObject;
	/** Fields whose expressions gave nothing, which is not the wish to leave them as they are. */
	lacking: string[];
}

/** The form of an item; undefined where the item is not to be edited in one. */
export function readEditForm(item: Item): EditForm | undefined {
	if (!item.flagOf(item.valueIfShown('editInForm', false), EDIT_SWITCH)) return undefined;
	const given = formValues(item.valueIfShown('editForm', ''));
	const raw = formValues(item.functions.getNode().parameters.editForm);
	const lacking = Object.keys(given).filter((id) => isBlank(given[id]) && isExpression(raw[id]));
	return { given, lacking };
}

/** The edited data of a review by a form; undefined for none. */
export function editOfForm(item: Item, { given }: EditForm, review: Review): unknown {
	const names = new Map(fieldsOfReview(review).map(({ name }) => [fieldIdOf(name), name]));
	const byName = Object.entries(given)
		.filter(([, value]) => !isBlank(value))
		.map(([id, value]): [string, unknown] => [names.get(id) ?? id, value]);
	const source = { isForm: true, timezone: item.functions.getTimezone() };
	const result = editByForm(review, Object.fromEntries(byName), source);
	if ('edit' in result) return result.edit;
	throw item.failure(
		`Review '${review.node_exec_id}' cannot be edited like this: ${result.issue}`,
		`${result.advice} Nothing was sent for this run.`,
	);
}
