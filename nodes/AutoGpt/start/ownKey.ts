import type { Item } from '../framework/item';
import { faultOfText } from '../framework/texts';

const LABEL = 'Idempotency Key';
const EXAMPLE = 'such as {{ $json.order_id }}';

/** The text of a key; undefined for what would be the same, or another, for different orders. */
function keyText(value: unknown): string | undefined {
	if (value === undefined || value === null) return '';
	return faultOfText(value) === undefined ? String(value).trim() : undefined;
}

/**
 * The idempotency key that the user gave an item; `` where the node is to make one.
 *
 * @throws the item's failure for a value that does not name one order, and for an expression that
 * returns nothing: a key of the node's own would not be the same across executions
 */
export function readOwnKey(item: Item): string {
	const { idempotencyKey } = item.collection('options');
	const key = keyText(idempotencyKey);
	if (key === undefined) {
		throw item.failure(
			`'${LABEL}' is neither text nor a number that n8n keeps whole`,
			`Use an expression that returns one order number as text, ${EXAMPLE}, rather than an object, a list, a date, or true or false. Whole numbers keep up to 15 digits.`,
		);
	}
	if (key === '' && item.isExpression('options', 'idempotencyKey')) {
		throw item.failure(
			`The expression in '${LABEL}' returns nothing for this item`,
			`Check that the item has the order number that it names. To use a key that the node makes, take '${LABEL}' out of the options.`,
		);
	}
	return key;
}
