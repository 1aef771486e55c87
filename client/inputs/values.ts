import { isObject, parseJson } from '../util/json';
import type { AgentInput } from './inputs';
import { issuesWith, type Issue } from './schema/check';
import { brokenJson, toShape, type ValueSource } from './schema/convert';
import { neededKeys } from './schema/words';

export type { ValueSource };

const EMPTY_LIST = '[ ]';
const EMPTY_OBJECT = '{ }';

function blankObject(keys: readonly string[]): string {
	if (keys.length === 0) return EMPTY_OBJECT;
	return `{ ${keys.map((key) => `${JSON.stringify(key)}: ""`).join(', ')} }`;
}

/**
 * What stands in a field for JSON before anybody writes into it: the editor marks an empty one as
 * wrong. A table shows its columns, an object what it must have. The spaces tell it from what people
 * write.
 */
export function blankFor({
	kind,
	columns,
	shape,
}: Pick<AgentInput, 'kind' | 'columns' | 'shape'>): string {
	if (kind !== 'list') return blankObject(kind === 'object' ? neededKeys(shape) : []);
	return columns.length > 0 ? `[${blankObject(columns)}]` : EMPTY_LIST;
}

/** Whether nothing was written into a field for JSON, also where what it shows changed since. */
function isBlank({ kind }: AgentInput, text: string): boolean {
	if (!['list', 'object', 'drive'].includes(kind)) return false;
	const isBlankObject = (value: unknown, shown: string) =>
		isObject(value) && shown === blankObject(Object.keys(value));
	const value = parseJson(text);
	if (kind !== 'list') return isBlankObject(value, text);
	const [row]: unknown[] = Array.isArray(value) ? value : [];
	return text === EMPTY_LIST || isBlankObject(row, text.slice(1, -1));
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
	const broken = brokenJson(shape, value, source);
	if (broken) {
		const reason = `begins like JSON and ${broken}. To send it as text, choose JSON under 'Specify Inputs'`;
		return { value, issues: [{ path: [name], reason }] };
	}
	const converted = toShape(shape, value, source);
	return { value: converted, issues: issuesWith(shape, converted, [name]) };
}
