/** Makes failures that name a field of the node; an item of the action node is one. */
export interface Refuser {
	failure: (message: string, description: string) => Error;
}

/** A switch as n8n passes it on: expressions also return text; undefined when it is no switch. */
export function readFlag(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
	if (text === 'true') return true;
	return text === 'false' ? false : undefined;
}

/** Whether nothing was given: no value, or text without anything in it. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

/** A list given as such or as text with commas; empty entries are left out. */
export function listOf(value: unknown): string[] {
	const parts = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',');
	return parts.map((part) => part.trim()).filter(Boolean);
}

/**
 * One of the choices of a field, in upper or lower case.
 *
 * @param label the field's name for the user
 * @returns undefined when nothing is given
 * @throws the refuser's failure for anything else: an unknown choice must not count as none
 */
export function readChoice<T extends string>(
	refuser: Refuser,
	value: unknown,
	label: string,
	known: readonly T[],
): T | undefined {
	const given = String(value ?? '').trim();
	if (given === '') return undefined;
	const choice = known.find((one) => one.toLowerCase() === given.toLowerCase());
	if (choice !== undefined) return choice;
	throw refuser.failure(
		`'${given}' is not a choice of '${label}'`,
		`The choices are ${known.join(', ')}. Check the expression of '${label}'.`,
	);
}

/**
 * Choices of a field that takes several, in the order of `known`; none when nothing is given.
 *
 * @throws the refuser's failure, as for one choice
 */
export function readChoices<T extends string>(
	refuser: Refuser,
	value: unknown,
	label: string,
	known: readonly T[],
): T[] {
	const chosen = listOf(value).map((given) => readChoice(refuser, given, label, known));
	return known.filter((choice) => chosen.includes(choice));
}
