/** Why a number is not sent as text; undefined where it is one that n8n has kept as it was. */
function faultOfNumber(value: number): string | undefined {
	if (!Number.isFinite(value)) return `is ${value}, which is no number`;
	const isChanged = Number.isInteger(value) && !Number.isSafeInteger(value);
	return isChanged ? `is the whole number ${value}, whose last digits have changed` : undefined;
}

/**
 * Why a value is not sent as text, as the end of a sentence about its field; undefined where
 * `String` makes of it what was meant.
 */
export function faultOfText(value: unknown): string | undefined {
	if (typeof value === 'string') return undefined;
	return typeof value === 'number' ? faultOfNumber(value) : 'must be text';
}
