import { isObject, type JsonObject } from '../util/json';
import type { LibraryAgent } from '../contract/types';

type Kind = 'text' | 'number' | 'boolean';

const KINDS: Readonly<Record<string, Kind>> = {
	string: 'text',
	integer: 'number',
	number: 'number',
	boolean: 'boolean',
};
/** Other formats of text, such as dates, may be stored in another form. */
const PLAIN_FORMATS: readonly unknown[] = [undefined, 'short-text', 'long-text'];

function variantsOf(property: JsonObject): JsonObject[] {
	const { anyOf, oneOf } = property;
	const listed = [anyOf, oneOf].flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
	return [property, ...listed].filter(isObject);
}

/** The kind of plain values that AutoGPT stores for an input as they are; undefined for others. */
function storedKind(property: unknown): Kind | undefined {
	if (!isObject(property)) return undefined;
	const variants = variantsOf(property);
	if (!variants.every(({ format }) => PLAIN_FORMATS.includes(format))) return undefined;
	const types = variants.flatMap(({ type }) => type ?? []).filter((type) => type !== 'null');
	const [kind, ...others] = new Set(types.map((type) => KINDS[String(type)]));
	return others.length === 0 ? kind : undefined;
}

/** What of a text stays the same, however blanks, line ends and marks are stored. */
function essence(text: string): string {
	return text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Values of no kind that tells may always be the same. */
function areDifferent(stored: unknown, sent: unknown, kind: Kind | undefined): boolean {
	if (kind === 'text' && typeof stored === 'string' && typeof sent === 'string') {
		return essence(stored) !== essence(sent);
	}
	if (kind === 'number' && typeof stored === 'number' && typeof sent === 'number') {
		return Math.abs(stored - sent) >= 1;
	}
	return typeof stored === kind && typeof sent === kind && stored !== sent;
}

function kindOf(property: unknown): Kind | undefined {
	// What has no type is any JSON, which is stored as it is.
	const isAny = isObject(property) && variantsOf(property).every(({ type }) => type === undefined);
	return isAny && property.format === undefined ? 'text' : storedKind(property);
}

/**
 * Whether a run surely has other inputs than those that were sent. Servers store values in the types
 * of the agent, fill in what was left out, and may show none (contract: behaviour.md sections 9 and
 * 11): only plain values of one kind on both sides tell.
 */
export function surelyDiffer(
	stored: JsonObject | null,
	sent: JsonObject,
	agent: Pick<LibraryAgent, 'input_schema'> | undefined,
): boolean {
	const properties: JsonObject = agent?.input_schema.properties ?? {};
	if (!stored) return false;
	return Object.keys(sent).some((name) => {
		const kind = Object.hasOwn(properties, name) ? kindOf(properties[name]) : undefined;
		return areDifferent(stored[name], sent[name], kind);
	});
}
