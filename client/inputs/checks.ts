import type { JsonObject } from '../util/json';
import type { Known } from '../agents/blocks';
import { wordsFor, type AgentInput } from './inputs';
import { isLeftOut, toInputValue, type ValueSource } from './values';

/** What was found when the values for an agent were held against its inputs. */
export interface CheckedInputs {
	/** Values as the API takes them, without those that are left out. */
	values: JsonObject;
	/** Names of each issue, sorted. */
	unknown: string[];
	missing: string[];
	unfit: string[];
}

const DESCRIBED_INPUTS = 30;

/**
 * Holds values against the inputs of an agent, as the newest servers do and older ones do not
 * (contract: behaviour.md section 11).
 */
export function checkInputs(
	inputs: AgentInput[],
	given: JsonObject,
	source: ValueSource,
): CheckedInputs {
	const byName = new Map(inputs.map((input) => [input.name, input]));
	const values: Array<[string, unknown]> = [];
	const unfit: string[] = [];
	for (const [name, value] of Object.entries(given)) {
		const input = byName.get(name);
		if (!input || isLeftOut(input, value, source)) continue;
		const converted = toInputValue(input, value, source);
		if (converted === undefined) unfit.push(name);
		else values.push([name, converted]);
	}
	const isGiven = ({ name }: AgentInput) =>
		unfit.includes(name) || values.some(([of]) => of === name);
	return {
		values: Object.fromEntries(values),
		unknown: Object.keys(given)
			.filter((name) => !byName.has(name))
			.sort(),
		missing: inputs
			.filter((input) => input.required && !isGiven(input))
			.map(({ name }) => name)
			.sort(),
		unfit: unfit.sort(),
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

/**
 * Puts all issues of one item into words; values are not repeated, since they may be secret.
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
		unfit.length > 0 ? `cannot use the value of: ${unfit.join(', ')}` : '',
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
