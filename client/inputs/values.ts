import { isObject, parseJson } from '../util/json';
import type { AgentInput } from './inputs';
import { issuesWith, type Issue } from './schema/check';
import { toShape, type ValueSource } from './schema/convert';

export type { ValueSource };

const EMPTY_LIST = '[ ]';
const EMPTY_OBJECT = '{ }';

function blankRow(columns: string[]): string {
	return `[{ ${columns.map((column) => `${JSON.stringify(column)}: ""`).join(', ')} }]`;
}

/**
 * What stands in a field for JSON before anybody writes into it: the editor marks an empty one as
 * wrong. A table shows its columns. The spaces tell it from what people write.
 */
export function blankFor({ kind, columns }: Pick<AgentInput, 'kind' | 'columns'>): string {
	if (kind !== 'list') return EMPTY_OBJECT;
	return columns.length > 0 ? blankRow(columns) : EMPTY_LIST;
}

/** Whether nothing was written into a field for JSON, also where the columns changed since. */
function isBlank({ kind }: AgentInput, text: string): boolean {
	if (kind !== 'list') return (kind === 'object' || kind === 'drive') && text === EMPTY_OBJECT;
	const rows = parseJson(text);
	const [row]: unknown[] = Array.isArray(rows) ? rows : [];
	return text === EMPTY_LIST || (isObject(row) && text === blankRow(Object.keys(row)));
}

/** Whether a value leaves its input out. An empty text is a value of its own in JSON. */
export function isLeftOut(input: AgentInput, value: unknown, { isForm }: ValueSource): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value !== 'string') return false;
	if (value.trim() !== '') return isForm && isBlank(input, value);
	const takesEmpty = ['any', 'text'].includes(input.kind) || input.choices.includes(value);
	return isForm || !takesEmpty;
}

/**
 * A value as the API takes it (contract: behaviour.md section 11), and what keeps it from being
 * sent. Files are left as they are.
 */
export function toInputValue(
	{ name, shape }: Pick<AgentInput, 'name' | 'shape'>,
	value: unknown,
	source: ValueSource,
): { value: unknown; issues: Issue[] } {
	const converted = toShape(shape, value, source);
	return { value: converted, issues: issuesWith(shape, converted, [name]) };
}
