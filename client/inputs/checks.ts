import type { JsonObject } from '../util/json';
import { unsafeNumberIn } from '../util/pastedJson';
import type { Known } from '../agents/blocks';
import { wordsFor, type AgentInput } from './inputs';
import type { Issue } from './schema/check';
import { pathText } from './schema/path';
import { isLeftOut, toInputValue, type ValueSource } from './values';

/** What was found when the values for an agent were held against its inputs. */
export interface CheckedInputs {
	/** Values as the API takes them, without those that are left out. */
	values: JsonObject;
	/** Names of inputs that there are not, and of those that are missing, sorted. */
	unknown: string[];
	missing: string[];
	/** What is amiss with values, by their paths. */
	unfit: Issue[];
}

const DESCRIBED_INPUTS = 30;
const DESCRIBED_ISSUES = 20;
/** Inputs whose values are not shown, as `secret` in a schema is always false. */
const SECRETIVE = /key|token|secret|pass|credential|auth/i;

function byPath(one: Issue, other: Issue): number {
	const [a, b] = [pathText(one.path), pathText(other.path)];
	return a < b ? -1 : Number(a > b);
}

/** A whole number beyond what n8n keeps, whose last digits are others by now: an ID of somebody else. */
function alteredDigits(name: string, given: unknown, converted: unknown): Issue[] {
	const isRead = typeof given !== 'string' || typeof converted === 'object';
	const number = isRead ? unsafeNumberIn(given) : undefined;
	if (number === undefined) return [];
	const reason =
		'must give whole numbers of more than 15 digits as text, or their last ones change';
	return [{ path: [name], reason, given: number }];
}

/**
 * Holds values against the inputs of an agent, as the newest servers do and older ones do not, and
 * against the limits in its schema, at which its run would fail (contract: behaviour.md section 11).
 */
export function checkInputs(
	inputs: AgentInput[],
	given: JsonObject,
	source: ValueSource,
): CheckedInputs {
	const byName = new Map(inputs.map((input) => [input.name, input]));
	const values: Array<[string, unknown]> = [];
	const unfit: Issue[] = [];
	for (const [name, value] of Object.entries(given)) {
		const input = byName.get(name);
		if (!input || isLeftOut(input, value, source)) continue;
		const converted = toInputValue(input, value, source);
		unfit.push(...converted.issues, ...alteredDigits(name, value, converted.value));
		values.push([name, converted.value]);
	}
	const isGiven = ({ name }: AgentInput) => values.some(([of]) => of === name);
	return {
		values: Object.fromEntries(values),
		unknown: Object.keys(given)
			.filter((name) => !byName.has(name))
			.sort(),
		missing: inputs
			.filter((input) => input.required && !isGiven(input))
			.map(({ name }) => name)
			.sort(),
		unfit: unfit.sort(byPath),
	};
}

function described(input: AgentInput): string {
	return `${input.name} (${wordsFor(input)}${input.required ? ', required' : ''})`;
}

function listInputs(thing: Known['thing'], inputs: AgentInput[]): string {
	if (inputs.length === 0) return `The ${thing} takes no inputs.`;
	const shown = inputs.slice(0, DESCRIBED_INPUTS).map(described).join('; ');
	const more = inputs.length > DESCRIBED_INPUTS ? '; and more' : '';
	return `The ${thing} takes: ${shown}${more}.`;
}

function issueWords({ path, reason, given }: Issue): string {
	const isSecret = path.some((step) => SECRETIVE.test(String(step)));
	return `'${pathText(path)}' ${reason}${given === undefined || isSecret ? '' : `, not ${given}`}`;
}

/** What is amiss with values, in words. */
export function issuesInWords(issues: Issue[]): string {
	const shown = issues.slice(0, DESCRIBED_ISSUES).map(issueWords).join('; ');
	const left = issues.length - DESCRIBED_ISSUES;
	return left > 0 ? `${shown}; and ${left} more` : shown;
}

/**
 * Puts all issues of one item into words. Of values, only short ones are repeated, and none that may
 * be secret.
 *
 * @returns undefined when there are none
 */
export function explainIssues(
	{ thing, name }: Known,
	inputs: AgentInput[],
	{ unknown, missing, unfit }: CheckedInputs,
): { message: string; description: string } | undefined {
	const parts = [
		unknown.length > 0 ? `does not take: ${unknown.join(', ')}` : '',
		missing.length > 0 ? `needs: ${missing.join(', ')}` : '',
		unfit.length > 0 ? `cannot use these values: ${issuesInWords(unfit)}` : '',
	].filter(Boolean);
	if (parts.length === 0) return undefined;
	const [first, ...rest] = parts;
	const message = [
		`${thing === 'agent' ? 'Agent' : 'Block'} '${name}' ${first}`,
		...rest.map((part) => `It ${part}`),
	].join('. ');
	const advice = [
		unknown.length > 0 ? 'Remove or rename what it does not take; in a form, refresh it.' : '',
		listInputs(thing, inputs),
	];
	return { message, description: advice.filter(Boolean).join(' ') };
}
