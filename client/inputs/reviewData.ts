import type { InputProperty, Review } from '../contract/types';
import { isObject, type JsonObject } from '../util/json';
import { checkInputs, issuesInWords } from './checks';
import { inputsOf, type AgentInput } from './inputs';
import type { ValueSource } from './values';

/** The one field for data that is no object. */
const WHOLE = 'data';

/** Whether it is one value, which a form can show. */
function isSingle(value: unknown): boolean {
	return ['string', 'number', 'boolean'].includes(typeof value);
}

function typeOf(value: unknown): string | undefined {
	if (Array.isArray(value)) return 'array';
	if (isObject(value)) return 'object';
	return isSingle(value) ? typeof value : undefined;
}

/** A value of the same type, or none. */
function likeValue(value: unknown): InputProperty {
	const type = typeOf(value);
	// What stands there now: a form shows it as far as there is room.
	const description = isSingle(value) ? `now ${String(value)}` : '';
	return type === undefined ? {} : { anyOf: [{ type }, { type: 'null' }], description };
}

/** The data that a review shows as fields of a form, which are empty while they stay as they are. */
export function fieldsOfReview({ payload }: Pick<Review, 'payload'>): AgentInput[] {
	const parts: JsonObject = isObject(payload) ? payload : { [WHOLE]: payload };
	const properties = Object.fromEntries(
		Object.entries(parts).map(([name, value]) => [name, likeValue(value)]),
	);
	return inputsOf({ input_schema: { type: 'object', properties } }) ?? [];
}

/**
 * The data of a review with what a form says in the place of what it shows.
 *
 * @param given by the names of its parts; what is empty stays as it is
 * @returns undefined for the edit where nothing is filled in; an issue where a value cannot be used
 */
export function editByForm(
	review: Pick<Review, 'payload'>,
	given: JsonObject,
	source: ValueSource,
): { edit: unknown } | { issue: string; advice: string } {
	const { payload } = review;
	const fields = fieldsOfReview(review);
	const { values, unknown, unfit } = checkInputs(fields, given, source);
	const names = fields.map(({ name }) => name).join(', ');
	if (unknown.length > 0) {
		return {
			issue: `its data has no ${unknown.map((name) => `'${name}'`).join(', ')}`,
			advice: `It has: ${names}. Refresh the form, or use 'Edited Data' (JSON).`,
		};
	}
	if (unfit.length > 0) {
		return { issue: issuesInWords(unfit), advice: 'Correct the fields of the form.' };
	}
	if (Object.keys(values).length === 0) return { edit: undefined };
	return { edit: isObject(payload) ? { ...payload, ...values } : values[WHOLE] };
}
