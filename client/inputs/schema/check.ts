import { canonicalJson, sameJson } from '../../util/canonicalJson';
import { isObject, type JsonObject } from '../../util/json';
import { FORMATS } from './formats';
import type { Path } from './path';
import { breaksPattern } from './pattern';
import { isOfType, type Branch, type LazyShape, type Shape } from './shape';
import { choiceWords, wordsOfShape, wordsOfValue } from './words';

/** Why a value cannot be sent, and where it stands. */
export interface Issue {
	path: Path;
	/** Goes on after the path: `must be a whole number`. */
	reason: string;
	/** The value in words, where it helps; not to be shown where it may be secret. */
	given?: string;
}

/** Schemas that contain themselves allow values of every depth; n8n's items do not. */
const DEEPEST = 200;

function mustBe(path: Path, words: string, value: unknown): Issue {
	return { path, reason: `must be ${words}`, given: wordsOfValue(value) };
}

type Limit = (value: number, limit: number) => boolean;

/** What each keyword forbids, and how it is said. */
const NUMBER_LIMITS: Record<string, [isBroken: Limit, words: string]> = {
	minimum: [(value, limit) => value < limit, 'at least'],
	maximum: [(value, limit) => value > limit, 'at most'],
	exclusiveMinimum: [(value, limit) => value <= limit, 'greater than'],
	exclusiveMaximum: [(value, limit) => value >= limit, 'less than'],
	multipleOf: [isNoMultiple, 'a multiple of'],
};

/** Decimal fractions are not exact: 0.3 is a multiple of 0.1. */
function isNoMultiple(value: number, of: number): boolean {
	if (of <= 0) return false;
	const times = value / of;
	return Math.abs(times - Math.round(times)) > 1e-9 * Math.max(1, Math.abs(times));
}

function numberIssues(value: number, { limits }: Branch, path: Path): Issue[] {
	return Object.entries(NUMBER_LIMITS).flatMap(([name, [isBroken, words]]) => {
		const limit = limits[name];
		if (typeof limit !== 'number' || !isBroken(value, limit)) return [];
		return [mustBe(path, `${words} ${limit}`, value)];
	});
}

/** Issues with how much there is of something: characters, items, keys. */
function countIssues(
	count: number,
	{ limits }: Branch,
	path: Path,
	[least, most, singular, plural]: [string, string, string, string],
): Issue[] {
	const minimum = limits[least];
	const maximum = limits[most];
	const say = (words: string, limit: number): Issue => ({
		path,
		reason: `must have at ${words} ${limit} ${limit === 1 ? singular : plural}`,
		given: String(count),
	});
	return [
		...(typeof minimum === 'number' && count < minimum ? [say('least', minimum)] : []),
		...(typeof maximum === 'number' && count > maximum ? [say('most', maximum)] : []),
	];
}

function textIssues(value: string, branch: Branch, path: Path): Issue[] {
	const format = FORMATS[branch.format ?? ''];
	if (format && !format.isMet(value)) return [mustBe(path, format.words, value)];
	const length = [...value].length;
	const broken = branch.patterns.filter((pattern) => breaksPattern(pattern, value));
	return [
		...countIssues(length, branch, path, ['minLength', 'maxLength', 'character', 'characters']),
		...broken.map((pattern) => ({
			path,
			reason: `must match the pattern ${pattern}`,
			given: wordsOfValue(value),
		})),
	];
}

function listIssues(value: unknown[], branch: Branch, path: Path): Issue[] {
	const { limits, places, items } = branch;
	const repeats =
		limits.uniqueItems === true && new Set(value.map(canonicalJson)).size < value.length;
	return [
		...countIssues(value.length, branch, path, ['minItems', 'maxItems', 'item', 'items']),
		...(repeats ? [{ path, reason: 'must not have the same item twice' }] : []),
		...value.flatMap((one, index) => {
			const shape = places[index] ?? items;
			return shape ? issuesWith(shape(), one, [...path, index]) : [];
		}),
	];
}

/** The shapes that hold for the value of a key; false where there may be no such key. */
export function shapesAt(branch: Branch, key: string): LazyShape[] | false {
	const { properties, patternProperties, others } = branch;
	const own = properties.get(key);
	const matching = patternProperties
		.filter(([pattern]) => !breaksPattern(pattern, key))
		.map(([, shape]) => shape);
	const known = own ? [own, ...matching] : matching;
	if (known.length > 0) return known;
	if (others === false) return false;
	return others ? [others] : [];
}

function objectIssues(value: JsonObject, branch: Branch, path: Path): Issue[] {
	const keys = Object.keys(value);
	const missing = branch.required.filter((name) => !Object.hasOwn(value, name));
	const known = [...branch.properties.keys()];
	return [
		...missing.map((name) => ({ path: [...path, name], reason: 'is missing' })),
		...countIssues(keys.length, branch, path, ['minProperties', 'maxProperties', 'key', 'keys']),
		...keys.flatMap((key) => {
			const shapes = shapesAt(branch, key);
			const at = [...path, key];
			if (shapes === false) {
				const taken = known.length > 0 ? `: there are ${known.join(', ')}` : '';
				return [{ path: at, reason: `is not known${taken}` }];
			}
			return [
				...(branch.names ? issuesWith(branch.names(), key, at) : []),
				...shapes.flatMap((shape) => issuesWith(shape(), value[key], at)),
			];
		}),
	];
}

/** A table takes no columns but its own: others would be lost without a word. */
function tableIssues(value: unknown[], branch: Branch, path: Path): Issue[] {
	const columns = new Set(
		(branch.items?.().branches ?? []).flatMap(({ properties }) => [...properties.keys()]),
	);
	if (branch.format !== 'table' || columns.size === 0) return [];
	return value.flatMap((row, index): Issue[] => {
		const at = [...path, index];
		if (!isObject(row)) return [mustBe(at, `a row with ${[...columns].join(', ')}`, row)];
		return Object.keys(row)
			.filter((key) => !columns.has(key))
			.map((key) => ({
				path: [...at, key],
				reason: `is no column: there are ${[...columns].join(', ')}`,
			}));
	});
}

/** Files are held against nothing else; whether there is one, is seen when it is read. */
function isFile(value: unknown, { format }: Branch): boolean {
	return format === 'file' && (typeof value === 'string' || isObject(value));
}

function issuesWithBranch(branch: Branch, value: unknown, path: Path): Issue[] {
	if (path.length > DEEPEST || isFile(value, branch)) return [];
	const shape = { branches: [branch], takesNull: false };
	const { choices } = branch;
	if (choices && !choices.some((choice) => sameJson(choice, value))) {
		return [mustBe(path, choiceWords(choices), value)];
	}
	if (!isOfType(value, branch.type)) return [mustBe(path, wordsOfShape(shape), value)];
	if (typeof value === 'number') return numberIssues(value, branch, path);
	if (typeof value === 'string') return textIssues(value, branch, path);
	if (Array.isArray(value)) {
		return [...tableIssues(value, branch, path), ...listIssues(value, branch, path)];
	}
	return isObject(value) ? objectIssues(value, branch, path) : [];
}

/** Whether an object fits the tags of a branch: each of its properties with one choice has it. */
function fitsTags(value: JsonObject, { properties }: Branch): boolean {
	return [...properties].every(([name, shape]) => {
		const { branches } = shape();
		const choices = branches.length === 1 ? branches[0]?.choices : undefined;
		return choices?.length !== 1 || sameJson(value[name], choices[0]);
	});
}

/** The branch that a value was meant for, if that is clear. */
export function meantBranch({ branches }: Shape, value: unknown): Branch | undefined {
	const [only] = branches;
	if (branches.length === 1) return only;
	const ofType = branches.filter(({ type }) => type !== undefined && isOfType(value, type));
	const tagged = isObject(value) ? ofType.filter((branch) => fitsTags(value, branch)) : ofType;
	return tagged.length === 1 ? tagged[0] : undefined;
}

/** A tagged union is read by its tag alone, and AutoGPT asks for it. */
function tagIssues({ branches, tag }: Shape, value: unknown, path: Path): Issue[] {
	if (tag === undefined || !isObject(value)) return [];
	const tags = branches.flatMap(
		({ properties }) =>
			properties
				.get(tag)?.()
				.branches.flatMap(({ choices = [] }) => choices) ?? [],
	);
	if (tags.length === 0 || tags.includes(value[tag])) return [];
	if (value[tag] !== undefined) return [mustBe([...path, tag], choiceWords(tags), value[tag])];
	return [{ path: [...path, tag], reason: `is missing: it says which kind, ${choiceWords(tags)}` }];
}

/**
 * Holds a value against a shape.
 *
 * @returns every issue, none when the value can be sent
 */
export function issuesWith(shape: Shape, value: unknown, path: Path): Issue[] {
	if (value === undefined) return [];
	if (value === null) {
		const takesNull = shape.takesNull || shape.branches.some((one) => isAny(one));
		return takesNull ? [] : [mustBe(path, wordsOfShape(shape), value)];
	}
	const tagged = tagIssues(shape, value, path);
	if (tagged.length > 0) return tagged;
	const found = shape.branches.map((branch) => issuesWithBranch(branch, value, path));
	if (found.some((issues) => issues.length === 0)) return [];
	const meant = meantBranch(shape, value);
	const own = meant && found[shape.branches.indexOf(meant)];
	return own ?? [mustBe(path, wordsOfShape(shape), value)];
}

function isAny({ type, choices }: Branch): boolean {
	return type === undefined && choices === undefined;
}
