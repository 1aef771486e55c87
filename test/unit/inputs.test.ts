import { checkInputs, explainIssues } from '../../client/inputs/checks';
import { inputsOf, type AgentInput } from '../../client/inputs/inputs';
import { toInputValue, type ValueSource } from '../../client/inputs/values';
import type { LibraryAgent } from '../../client/contract/types';

/** The schema of behaviour.md section 11. */
const schema: LibraryAgent['input_schema'] = {
	type: 'object',
	required: ['topic', 'who', 'brief', 'due', 'at', 'doc', 'rows'],
	properties: {
		topic: { title: 'Topic', advanced: false, secret: false },
		who: { anyOf: [{ type: 'string', format: 'short-text' }, { type: 'null' }] },
		brief: { anyOf: [{ type: 'string', format: 'long-text' }, { type: 'null' }] },
		copies: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: 2, advanced: true },
		draft: { type: 'boolean', default: false },
		mood: {
			anyOf: [{ type: 'string' }, { type: 'null' }],
			enum: ['calm', 'loud'],
			default: 'calm',
		},
		due: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
		at: { anyOf: [{ type: 'string', format: 'time' }, { type: 'null' }] },
		doc: { anyOf: [{ type: 'string', format: 'file' }, { type: 'null' }] },
		rows: {
			anyOf: [{ type: 'array', items: { type: 'object' } }, { type: 'null' }],
			type: 'array',
			format: 'table',
			items: { type: 'object', properties: { City: { type: 'string' } } },
		},
		sheet: {
			anyOf: [{ type: 'object' }, { type: 'null' }],
			format: 'google-drive-picker',
			default: {},
		},
	},
};

const inputs = inputsOf({ input_schema: schema }) ?? [];
const form = { isForm: true, timezone: 'Europe/Berlin' };
const json = { ...form, isForm: false };

function input(name: string): AgentInput {
	const found = inputs.find((one) => one.name === name);
	if (!found) throw new Error(`No input ${name}`);
	return found;
}

/** The value as it is sent; undefined when it is refused. */
function fitting(name: string, given: unknown, source: ValueSource): unknown {
	const { value, issues } = toInputValue(input(name), given, source);
	return issues.length === 0 ? value : undefined;
}

const good = {
	topic: 'tides',
	who: 'Ada',
	brief: 'Long',
	due: '2026-11-24',
	at: '09:30',
	doc: 'data',
	rows: [{ City: 'Riga' }],
};

describe('Inputs of an agent', () => {
	it('are known by kind', () => {
		expect(Object.fromEntries(inputs.map(({ name, kind }) => [name, kind]))).toEqual({
			topic: 'any',
			who: 'text',
			brief: 'text',
			copies: 'integer',
			draft: 'boolean',
			mood: 'choice',
			due: 'date',
			at: 'time',
			doc: 'file',
			rows: 'list',
			sheet: 'drive',
		});
		expect(input('rows').columns).toEqual(['City']);
	});

	it('say nothing where the schema is empty', () => {
		expect(inputsOf({ input_schema: {} })).toBeUndefined();
		expect(inputsOf({ input_schema: { properties: {} } })).toEqual([]);
	});

	it('take a type that is a list, a dropdown without choices, and never require a toggle', () => {
		const [flag, free, size] =
			inputsOf({
				input_schema: {
					required: ['flag'],
					properties: {
						flag: { type: 'boolean' },
						free: { anyOf: [{ type: 'string' }, { type: 'null' }], enum: [] },
						size: { type: ['null', 'number'] },
					},
				},
			}) ?? [];
		expect(flag).toMatchObject({ kind: 'boolean', required: false });
		expect(free?.kind).toBe('text');
		expect(size?.kind).toBe('number');
	});
});

describe('Values for inputs', () => {
	it.each([
		['due', '2026-11-24', '2026-11-24'],
		['due', '2026-11-24T00:00:00', '2026-11-24'],
		['due', '2026-11-24T00:00:00.000Z', '2026-11-24'],
		['due', '2026-11-24T23:30:00.000-05:00', '2026-11-24'],
		['due', new Date('2026-11-24T23:30:00Z'), '2026-11-25'],
		['due', '2026-02-30', undefined],
		['due', '24.11.2026', undefined],
		['due', 20261124, undefined],
		['at', '09:30', '09:30:00'],
		['at', '9:30:05', '09:30:05'],
		['at', '2026-11-24T09:30:00.000+01:00', '09:30:00'],
		['at', '25:00', undefined],
		['at', 'noon', undefined],
		['copies', 3, 3],
		['copies', '3', 3],
		['copies', 2.5, undefined],
		['copies', true, undefined],
		['draft', 'TRUE', true],
		['draft', 'yes', undefined],
		['mood', 'loud', 'loud'],
		['mood', 'angry', undefined],
		['who', 7, '7'],
		['who', { name: 'Ada' }, '{"name":"Ada"}'],
		['who', ['Ada', 'Bob'], '["Ada","Bob"]'],
		['rows', '[{"City":"Riga"}]', [{ City: 'Riga' }]],
		['rows', '["Riga"]', undefined],
		['rows', 'Riga', undefined],
		['topic', '{"a":1}', { a: 1 }],
		['topic', '[1,2]', [1, 2]],
		['topic', '[sic] a text', '[sic] a text'],
		['topic', '42', '42'],
		['topic', { a: 1 }, { a: 1 }],
	])('of a form: %s takes %j as %j', (name, value, expected) => {
		expect(fitting(name, value, form)).toEqual(expected);
	});

	it('of JSON are texts where they are texts', () => {
		expect(fitting('topic', '{"a":1}', json)).toBe('{"a":1}');
	});
});

describe('The check of inputs', () => {
	it('lets good ones pass, leaves out empty ones, and keeps odd names', () => {
		const given = { ...good, copies: null, mood: '', draft: undefined };
		const { values } = checkInputs(inputs, given, form);
		expect(values).toEqual({ ...good, at: '09:30:00' });
	});

	it('takes an empty text for nothing in a form, and for a text in JSON', () => {
		expect(checkInputs(inputs, { ...good, who: ' ' }, form).missing).toEqual(['who']);
		const { values, missing } = checkInputs(inputs, { ...good, who: '', due: '' }, json);
		expect(missing).toEqual(['due']);
		expect(values.who).toBe('');
	});

	it('reports all issues together, unknown ones first, each group sorted', () => {
		const given = {
			...Object.fromEntries(Object.entries(good).filter(([name]) => name !== 'topic')),
			...{ who: null, tpoic: 1, about: 2, copies: 'many', at: 'noon' },
		};
		const issues = explainIssues(
			{ thing: 'agent', name: 'Writer' },
			inputs,
			checkInputs(inputs, given, json),
		);
		expect(issues?.message).toBe(
			"Agent 'Writer' does not take: about, tpoic. It needs: topic, who. It cannot use these values: 'at' must be a time such as 09:30, not \"noon\"; 'copies' must be a whole number, not \"many\"",
		);
		expect(issues?.description).toContain("mood (one of 'calm', 'loud')");
		expect(issues?.description).toContain('topic (any value, required)');
	});

	it.each<[string, string, unknown]>([
		['a text', 'who', Number('12345678901234567890')],
		['a whole number', 'copies', 2 ** 53],
		['any value', 'topic', { id: 2 ** 60 }],
		['a table given as text', 'rows', '[{"City": 12345678901234567890}]'],
	])('refuses digits that have changed: %s', (_, name, value) => {
		const { unfit } = checkInputs(inputs, { ...good, [name]: value }, form);
		expect(unfit).toHaveLength(1);
		expect(unfit[0]?.reason).toContain('as text');
	});

	it('refuses more digits than a whole number holds, given as text', () => {
		const { unfit } = checkInputs(inputs, { ...good, copies: '12345678901234567890' }, form);
		expect(unfit).toHaveLength(1);
	});

	it('takes long digits that are text, and measures', () => {
		const given = { ...good, who: '12345678901234567890', topic: 1e21, copies: 2 ** 53 - 1 };
		expect(checkInputs(inputs, given, form).unfit).toEqual([]);
	});

	it('is not misled by names that objects have anyway', () => {
		const given = JSON.parse('{"__proto__":1,"constructor":2}') as Record<string, unknown>;
		expect(checkInputs([], given, json).unknown).toEqual(['__proto__', 'constructor']);
	});
});
