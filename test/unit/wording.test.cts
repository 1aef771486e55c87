import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { AutoGptApi } from '../../credentials/AutoGptApi.credentials';
import { AutoGptOAuth2Api } from '../../credentials/AutoGptOAuth2Api.credentials';
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node';
import { AutoGptOAuthRelay } from '../../nodes/AutoGptOAuthRelay/AutoGptOAuthRelay.node';
import { resources } from '../../nodes/AutoGpt/resources';
import { AutoGptTrigger } from '../../nodes/AutoGptTrigger/AutoGptTrigger.node';
import { PERMISSIONS } from '../../client/contract/permissions';

const LONGEST_LABEL = 28;
const LONGEST_DESCRIPTION = 160;

/** Words that have a better one, or that only those know who wrote the code. */
const FORBIDDEN =
	/\b(puts? (it |them )?out|hands? out|tells? of|wakes?|rhythm|at once|allowance|stand-in|slip|objection|verdict|ledger|scout|pacer|gate)\b/i;

/** A field, or an option of one, with the way that leads to it. */
interface Text {
	where: string;
	label: string;
	description: string;
	placeholder: string;
	hint: string;
	isField: boolean;
	isTextField: boolean;
	/** A field that its label alone does not explain: no collection, mode of a locator or noun. */
	isPlain: boolean;
}

type Part = INodeProperties | INodePropertyCollection | INodePropertyOptions;

function textsOf(part: Part, path: string): Text[] {
	const isField = 'displayName' in part && 'type' in part;
	const label = 'displayName' in part ? part.displayName : part.name;
	const where = `${path} > ${label}`;
	const field = isField ? (part as INodeProperties) : undefined;
	const own: Text = {
		where,
		label,
		description: 'description' in part ? (part.description ?? '') : '',
		placeholder: field?.placeholder ?? '',
		hint: field?.hint ?? '',
		isField: isField && !['notice', 'hidden'].includes(field?.type ?? ''),
		isPlain:
			isField &&
			!/^By /.test(label) &&
			!['notice', 'hidden', 'collection'].includes(field?.type ?? '') &&
			!['Resource', 'Operation', 'Authentication', 'Options', 'Filters'].includes(label) &&
			field?.hint === undefined,
		isTextField:
			field?.type === 'string' &&
			field.typeOptions?.password !== true &&
			!field.typeOptions?.loadOptionsMethod,
	};
	const inner: Part[] = [
		...('options' in part ? ((part.options ?? []) as Part[]) : []),
		...('values' in part ? part.values : []),
		...(field?.modes ?? []).flatMap((mode): Part[] =>
			mode.type === 'string' ? [{ ...mode, default: '' } as INodeProperties] : [],
		),
	];
	return [own, ...inner.flatMap((one) => textsOf(one, where))];
}

const nodes = [new AutoGpt(), new AutoGptTrigger(), new AutoGptOAuthRelay()].map(
	({ description }) => ({ name: description.displayName, properties: description.properties }),
);
const credentials = [new AutoGptApi(), new AutoGptOAuth2Api()].map(
	({ displayName, properties }) => ({ name: displayName, properties }),
);
const texts = [...nodes, ...credentials].flatMap(({ name, properties }) =>
	properties.flatMap((property) => {
		const { resource, operation } = property.displayOptions?.show ?? {};
		const scope = [name, resource, operation].filter(Boolean).join(' ');
		return textsOf(property, scope);
	}),
);

/** Where a rule is broken, each place once. */
function broken(rule: (text: Text) => boolean): string[] {
	return [...new Set(texts.filter((text) => !rule(text)).map(({ where }) => where))];
}

describe('The words of nodes and credentials', () => {
	it('has labels that the panel shows whole', () => {
		expect(broken(({ isField, label }) => !isField || label.length <= LONGEST_LABEL)).toEqual([]);
	});

	it('describes in two sentences at most, and within 160 characters', () => {
		expect(broken(({ description }) => description.length <= LONGEST_DESCRIPTION)).toEqual([]);
	});

	it('describes every field', () => {
		expect(broken(({ isPlain, description }) => !isPlain || description !== '')).toEqual([]);
	});

	it('ends no description of one sentence with a full stop', () => {
		const isOne = (text: string) => !/[.!?]\s/.test(text.replace(/\be\.g\. /g, ''));
		expect(
			broken(({ description }) => !(isOne(description) && /[^.]\.$/.test(description))),
		).toEqual([]);
	});

	it('has an example in every text field', () => {
		expect(
			broken(({ isTextField, placeholder }) => !isTextField || placeholder.startsWith('e.g. ')),
		).toEqual([]);
	});

	it('uses none of the words that need the code to be understood', () => {
		expect(
			broken(
				({ label, description, hint, placeholder }) =>
					![label, description, hint, placeholder].some((text) => FORBIDDEN.test(text)),
			),
		).toEqual([]);
	});

	it('has a notice on every operation that costs, deletes or shares, and on no other', () => {
		const { properties } = new AutoGpt().description;
		const noticed = properties.flatMap(({ type, displayOptions }) => {
			const { resource, operation } = displayOptions?.show ?? {};
			return type === 'notice' ? [`${String(resource)}.${String(operation)}`] : [];
		});
		const consequent = resources.flatMap(({ value: resource, operations }) =>
			operations
				.filter(
					({ value, notice }) =>
						/^(start|runAndWait|delete|share)$/.test(value) ||
						(value === 'create' && ['schedule', 'submission'].includes(resource)) ||
						['block.run', 'submission.replace'].includes(`${resource}.${value}`) ||
						notice !== undefined,
				)
				.map(({ value }) => `${resource}.${value}`),
		);
		expect(noticed.sort()).toEqual(consequent.sort());
		expect(noticed).toHaveLength(17);
	});

	it('starts each choice of a thing from its list', () => {
		const fields = [new AutoGpt(), new AutoGptTrigger()].flatMap(
			({ description }) => description.properties,
		);
		const locators = fields.filter(({ type }) => type === 'resourceLocator');
		expect(locators.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['agentId', 'runId', 'reviewId', 'scheduleId', 'fileId']),
		);
		const others = locators.filter(
			({ default: value, modes }) =>
				!JSON.stringify(value).includes('"mode":"list"') || modes?.[0]?.type !== 'list',
		);
		expect(others.map(({ name }) => name)).toEqual([]);
	});

	it('gives notice in one sentence without a full stop', () => {
		const notices = resources.flatMap(({ operations }) =>
			operations.flatMap(({ notice }) => notice ?? []),
		);
		expect(notices.filter((text) => /[.!?](\s|$)/.test(text) || text.length > 100)).toEqual([]);
		expect(notices.filter((text) => FORBIDDEN.test(text))).toEqual([]);
	});

	it('writes three dots as one character', () => {
		expect(
			broken(({ description, placeholder }) => !`${description}${placeholder}`.includes('...')),
		).toEqual([]);
	});

	it('names each permission by its label and its name', () => {
		const isNamed = (text: string) =>
			PERMISSIONS.every(({ value, name }) => {
				const count = (part: string) => text.split(part).length - 1;
				return count(value) <= count(`${name} (${value})`);
			});
		expect(broken(({ label, description }) => label.length > 0 && isNamed(description))).toEqual(
			[],
		);
	});

	it('has switches in collections that are on as soon as they are added', () => {
		const switches = nodes.flatMap(({ properties }) =>
			properties
				.filter(({ type }) => type === 'collection')
				.flatMap(({ options = [] }) => options)
				.filter((option) => 'type' in option && option.type === 'boolean'),
		);
		// One that became a field of its own can no longer be added.
		const off = switches.filter(
			(one) => 'default' in one && one.default !== true && one.name !== 'stopRunsOnCancel',
		);
		expect(switches.length).toBeGreaterThan(5);
		expect(off).toEqual([]);
	});
});
