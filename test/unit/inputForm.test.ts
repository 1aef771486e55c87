import { checkInputs } from '../../client/inputs/checks';
import { inputsOf, type AgentInput } from '../../client/inputs/inputs';
import { fieldsFor } from '../../nodes/AutoGpt/methods/inputFields';
import { emptyNotice } from '../../nodes/AutoGpt/methods/inputForm';
import { formIssues, freshValues } from '../harness/freshForm.cts';

type Schema = Record<string, unknown>;

const nullable = (schema: Schema) => ({ anyOf: [schema, { type: 'null' }] });
const text = { type: 'string' };

function inputsWith(properties: Record<string, Schema>, required: string[] = []): AgentInput[] {
	return inputsOf({ input_schema: { type: 'object', required, properties } }) ?? [];
}

function fieldFor(schema: Schema, name = 'topic', required = false) {
	const [field] = fieldsFor(inputsWith({ [name]: schema }, required ? [name] : []));
	if (!field) throw new Error('The form has no field');
	return field;
}

const labelFor = (schema: Schema, name?: string, required?: boolean) =>
	fieldFor(schema, name, required).displayName;

/** The name under which n8n asks a model for a field (`$fromAI`), made of its label. */
const modelName = (label: string) => label.replace(/[^a-zA-Z0-9-]/g, '_').slice(0, 63);

const tagged = {
	discriminator: { propertyName: 'kind' },
	oneOf: [
		{ type: 'object', required: ['kind'], properties: { kind: { const: 'exact' } } },
		{ type: 'object', required: ['kind', 'minutes'], properties: { kind: { const: 'length' } } },
	],
};

describe('The label of an input', () => {
	it.each<[string, Schema, string]>([
		[
			'its help, where there is room',
			{ title: 'Topic', description: 'What it is about' },
			'Topic (What it is about)',
		],
		[
			'its title alone, where there is none',
			{ title: 'Topic', description: 'x'.repeat(30) },
			'Topic',
		],
		['its name without a title', { title: '' }, 'topic'],
		['a title that is a number', { title: 2026 }, '2026'],
		['its name where the title is neither', { title: { a: 1 } }, 'topic'],
		['one line', { title: 'Two\r\n lines' }, 'Two lines'],
		[
			'what is left of a long title',
			{ title: 'Everything that you want to know about it' },
			'Everything that you want to…',
		],
		[
			'its columns',
			{ title: 'Rows', type: 'array', items: { properties: { City: {} } } },
			'Rows (rows with City)',
		],
		[
			'its columns alone',
			{ title: 'Rows', type: 'array', items: { properties: { City: {}, Country: {} } } },
			'Rows (City, Country)',
		],
		[
			'what its items may be',
			{ title: 'Sizes', type: 'array', items: { enum: ['small', 'large'] } },
			'Sizes (small, large)',
		],
		[
			'how to give choices that it cannot name',
			{ title: 'Sizes', type: 'array', items: { enum: ['small', 'medium', 'large', 'extra'] } },
			'Sizes (choices with commas)',
		],
		['the kinds of objects', { title: 'When', ...tagged }, 'When (kind: exact, length)'],
		['what tells them apart', { title: 'When it is', ...tagged }, 'When it is (by kind)'],
		['both types', { title: 'Cell', anyOf: [text, { type: 'integer' }] }, 'Cell (text or number)'],
		['the kind of file', { title: 'Document', ...text, format: 'file' }, 'Document (file or URL)'],
		[
			'where a file may come from',
			{ title: 'Doc', ...text, format: 'file' },
			'Doc (binary field or URL)',
		],
		['how to write a time', { title: 'At', ...text, format: 'time' }, 'At (HH:MM)'],
		['a name for models', { title: 'Город' }, 'Город (topic)'],
	])('has %s', (_, schema, label) => {
		expect(labelFor(schema)).toBe(label);
		expect([...labelFor(schema, 'topic', true)].length).toBeLessThanOrEqual(28);
		expect(labelFor(schema, 'topic', true)).toMatch(/ \*$/);
	});

	it('is another one for each, in letters that reach a model', () => {
		const names = [
			'Город',
			'Страна',
			'Улица',
			'城市',
			'国家',
			'Πόλη',
			'😀',
			'Größe',
			'二〇二六年度',
		];
		const long = 'A long title that goes on and on';
		const properties = Object.fromEntries(names.map((name) => [name, text]));
		const fields = fieldsFor(
			inputsWith({ ...properties, [`${long} 1`]: text, [`${long} 2`]: text, 城: text }),
		);
		const keys = fields.map(({ displayName }) => modelName(displayName));
		expect(new Set(keys).size).toBe(fields.length);
		for (const { displayName } of fields) expect([...displayName].length).toBeLessThanOrEqual(28);
		expect(fields.map(({ displayName }) => displayName)).toEqual([
			...['Город (gorod)', 'Страна (strana)', 'Улица (ulitsa)', '城市 (text 4)', '国家 (text 5)'],
			...['Πόλη (poli)', '😀 (text 7)', 'Größe', '二〇二六年度 (text 9)'],
			...['A long title that goes on a…', 'A long title that goes on… 2', '城 (text 12)'],
		]);
	});
});

describe('The default of a field', () => {
	it.each<[Schema, unknown]>([
		[{ ...text, enum: ['Formal', 'Casual'], default: '' }, undefined],
		[{ ...text, enum: ['Formal', 'Casual'], default: 'Casual' }, 'Casual'],
		[{ ...nullable(text), enum: [1, 2], default: '2' }, 2],
		[{ ...text, enum: ['=a', 'b'], default: '=a' }, ' =a'],
		[{ ...nullable({ ...text, format: 'date' }), default: '' }, undefined],
		[{ ...text, format: 'date', default: 'today' }, undefined],
		[{ ...text, format: 'date', default: '2026-11-24' }, '2026-11-24'],
		[{ ...text, format: 'time', default: '9:30' }, '09:30:00'],
		[{ type: 'integer', default: 'lots' }, undefined],
		[{ type: 'integer', default: '3' }, 3],
		[{ type: 'integer', minimum: 5, default: 3 }, undefined],
		[{ type: 'boolean', default: 'true' }, true],
		[{ ...text, default: '=1+1' }, undefined],
		[{ ...text, default: 'a = b' }, 'a = b'],
		[{ ...text, default: 7 }, '7'],
		[{ type: 'array', default: '' }, '[ ]'],
		[{ type: 'array', default: ['a'] }, '["a"]'],
		[{ type: 'object', default: {} }, '{}'],
		[{ type: 'object' }, '{ }'],
		[
			{ type: 'object', properties: { lat: {}, lon: {}, note: {} }, required: ['lat', 'lon'] },
			'{ "lat": "", "lon": "" }',
		],
		[tagged, '{ "kind": "" }'],
		[{ type: 'array', items: { enum: ['a', 'b'] }, default: ['b', 'a'] }, 'b, a'],
		[{ type: 'array', items: { enum: [1, 2] }, default: [2] }, '2'],
		[{ type: 'array', items: { enum: ['a', 'b'] }, default: [] }, undefined],
		[{ type: 'array', items: { enum: ['a', 'b'] } }, undefined],
		[
			{ type: 'array', items: { properties: { City: {}, 'a "b"': {} } } },
			'[{ "City": "", "a \\"b\\"": "" }]',
		],
		[{ default: { a: 1 } }, '{"a":1}'],
		[{ default: 5 }, 5],
		[{ anyOf: [text, { type: 'integer' }], default: 5 }, 5],
		[{ anyOf: [text, { type: 'integer' }], default: '5' }, '5'],
		[{ anyOf: [text, { type: 'array' }], default: ['x'] }, '["x"]'],
		[{ ...text, format: 'google-drive-picker', default: {} }, undefined],
	])('of %j is %j, and n8n executes a fresh node', (schema, expected) => {
		const inputs = inputsWith({ topic: schema });
		const fields = fieldsFor(inputs);
		expect(fields[0]?.defaultValue).toEqual(expected);
		expect(formIssues(fields)).toEqual([]);
		const source = { isForm: true, timezone: 'UTC' };
		expect(checkInputs(inputs, freshValues(fields), source).unfit).toEqual([]);
	});
});

describe('The type of a field', () => {
	it.each<[Schema, string, unknown[]]>([
		[nullable({ ...text, enum: ['news', 'pdf'] }), 'options', ['news', 'pdf']],
		[{ allOf: [{ enum: ['news', 'pdf'] }] }, 'options', ['news', 'pdf']],
		[{ ...text, enum: ['', 'a\nb', '=c'] }, 'options', ['a\nb', ' =c']],
		[{ ...text, enum: [''] }, 'string', []],
		[{ type: 'array', items: { enum: ['a', 'b'] } }, 'string', []],
		[nullable({ type: 'array', items: { enum: ['a', 'b'] } }), 'string', []],
		[{ type: 'array', items: {} }, 'array', []],
		[{ anyOf: [{ type: 'object' }, { type: 'array' }] }, 'string', []],
		[{ ...text, format: 'date-time' }, 'dateTime', []],
		[{ type: 'boolean' }, 'boolean', []],
		[{ ...nullable({ type: 'boolean' }), default: null }, 'options', [true, false]],
	])('for %j is %s', (schema, type, values) => {
		const field = fieldFor(schema);
		expect(field.type).toBe(type);
		expect((field.options ?? []).map(({ value }) => value)).toEqual(values);
	});

	it('has an ID that the editor can find again, whatever the name', () => {
		for (const name of ['a.b', 'say "hi"', 'a"]b', "it's", '😀', 'x[0]']) {
			const { id } = fieldFor(text, name);
			expect(/value\["(.+?)"\]/s.exec(`value["${id}"]`)?.[1]).toBe(id);
		}
	});
});

describe('A form without fields', () => {
	const sheet = {
		title: 'Sheet <b>',
		type: 'object',
		format: 'google-drive-picker',
		default: null,
	};

	it('says what is to be picked in the app of AutoGPT, in text that is no HTML', () => {
		const inputs = inputsWith({ sheet: nullable(sheet), other: sheet });
		expect(fieldsFor(inputs)).toEqual([]);
		const notice = emptyNotice("Agent '<img src=x>'", inputs);
		expect(notice).toContain('picked in AutoGPT');
		expect(notice).toContain('Sheet');
		expect(notice).not.toContain('<');
		expect(emptyNotice("Agent 'A'", [])).toContain('takes no inputs');
	});
});
