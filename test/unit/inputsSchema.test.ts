import { checkInputs, explainIssues } from '../../client/inputs/checks';
import { inputsOf, wordsFor, type AgentInput } from '../../client/inputs/inputs';
import { placesIn, withValueAt } from '../../client/inputs/schema/places';
import { pathText } from '../../client/inputs/schema/path';
import { breaksPattern } from '../../client/inputs/schema/pattern';

type Schema = Record<string, unknown>;

const form = { isForm: true, timezone: 'Europe/Berlin' };
const json = { ...form, isForm: false };

function inputsWith(
	properties: Record<string, Schema>,
	more: { required?: string[]; $defs?: Schema } = {},
): AgentInput[] {
	return inputsOf({ input_schema: { type: 'object', properties, ...more } }) ?? [];
}

function one(schema: Schema, $defs: Schema = {}): AgentInput {
	const [input] = inputsWith({ it: schema }, { $defs });
	if (!input) throw new Error('The schema has no input');
	return input;
}

/** The value that is sent, or the reasons why none is. */
function sent(schema: Schema, value: unknown, source = json, $defs: Schema = {}): unknown {
	const inputs = [one(schema, $defs)];
	const checked = checkInputs(inputs, { it: value }, source);
	if (checked.unfit.length === 0) return checked.values.it;
	return checked.unfit.map(({ path, reason }) => `${pathText(path)} ${reason}`);
}

const nullable = (schema: Schema) => ({ anyOf: [schema, { type: 'null' }] });
const text = { type: 'string' };
const whole = { type: 'integer' };
const listOf = (items: Schema) => ({ type: 'array', items });

describe('The kind of an input', () => {
	it.each<[string, Schema, string]>([
		['enum in an optional branch', nullable({ ...text, enum: ['a', 'b'] }), 'choice'],
		['enum behind a reference', nullable({ $ref: '#/$defs/Format' }), 'choice'],
		['enum behind allOf', { allOf: [{ $ref: '#/$defs/Format' }], default: 'pdf' }, 'choice'],
		['a literal', { const: 'a' }, 'choice'],
		['numbers beside text', { ...nullable(text), enum: [1, 2] }, 'choice'],
		['text or number', { anyOf: [text, whole] }, 'any'],
		['whole number or number', { anyOf: [whole, { type: 'number' }] }, 'number'],
		['two formats of text', { anyOf: [{ ...text, format: 'date' }, text] }, 'text'],
		['object or list', { anyOf: [{ type: 'object' }, listOf({})] }, 'any'],
		['two definitions deep', { $ref: '#/$defs/Outer' }, 'object'],
		['a moment', { ...text, format: 'date-time' }, 'moment'],
		['a reference that leads nowhere', { $ref: '#/$defs/Nobody' }, 'any'],
		['a reference to itself', { $ref: '#/$defs/Loop' }, 'any'],
		['nonsense', { type: 7, enum: 'x', anyOf: 'y', properties: [] }, 'any'],
	])('is found for %s', (_, schema, kind) => {
		const $defs = {
			Format: { ...text, enum: ['news', 'pdf'] },
			Inner: { type: 'object', properties: { lat: { type: 'number' } }, required: ['lat'] },
			Outer: { type: 'object', properties: { inner: { $ref: '#/$defs/Inner' } } },
			Loop: { anyOf: [{ $ref: '#/$defs/Loop' }, { $ref: '#/$defs/Loop' }] },
		};
		expect(one(schema, $defs).kind).toBe(kind);
	});

	it('does not depend on titles, which may be anything', () => {
		const [year, lines] = inputsWith({
			year: { title: 2026 as never, description: ['x'] as never },
			lines: { title: 'Two\n lines ' },
		});
		expect(year).toMatchObject({ title: '2026', help: '' });
		expect(lines?.title).toBe('Two lines');
	});
});

describe('A union', () => {
	const objectOrList = { anyOf: [{ type: 'object' }, listOf({}), { type: 'null' }] };
	const textOrTexts = { anyOf: [text, listOf(text)] };
	const textOrNumber = { anyOf: [text, whole] };

	it.each<[Schema, unknown]>([
		[objectOrList, [{ a: 1 }]],
		[objectOrList, { a: [1] }],
		[textOrTexts, ['x']],
		[textOrTexts, 'x'],
		[textOrTexts, '["x"]'],
		[textOrNumber, 1],
		[textOrNumber, '1'],
		[{ anyOf: [{ type: 'number' }, { type: 'boolean' }] }, true],
		[{ type: ['string', 'integer', 'null'] }, 1],
	])('%j takes %j as it is', (schema, value) => {
		expect(sent(schema, value)).toEqual(value);
	});

	it('follows the type of an expression in a form, and takes typed text for text', () => {
		expect(sent(textOrNumber, 1, form)).toBe(1);
		expect(sent(textOrNumber, '1', form)).toBe('1');
		expect(sent(textOrTexts, '["x"]', form)).toEqual(['x']);
		expect(sent(textOrTexts, '[sic]', form)).toBe('[sic]');
		expect(sent(objectOrList, '[{"a":1}]', form)).toEqual([{ a: 1 }]);
		expect(sent({ anyOf: [whole, { type: 'boolean' }] }, '3', form)).toBe(3);
		expect(sent({ anyOf: [whole, { type: 'boolean' }] }, 'true', form)).toBe(true);
	});

	it('refuses what no branch takes', () => {
		expect(sent(textOrTexts, { a: 1 })).toEqual(['it must be text or a list, each text']);
		expect(sent(objectOrList, 'x')).toEqual(['it must be a JSON object or a list']);
		expect(sent(textOrTexts, [{ a: 1 }, 'x'])).toEqual(['{"a":1}', 'x']);
	});
});

describe('JSON that was meant in a form', () => {
	const textOrList = { anyOf: [text, listOf(text)] };
	const asText = "To send it as text, choose JSON under 'Specify Inputs'";

	it.each<[Schema, string, string]>([
		[{}, '{"a": ', 'ends in the middle'],
		[{}, '[{"a": 1}', 'ends in the middle'],
		[{}, '["a" "b"]', 'is not valid JSON (line 1, column 6)'],
		[{}, '{"a": [object Object]}', "has '[object Object]' in it"],
		[{ type: 'object' }, '{"a": ', 'ends in the middle'],
		[listOf({}), '[“a”, {"b": 1}', ''],
		[textOrList, '["a"', 'ends in the middle'],
	])('and is none, is told: %j given %s', (schema, given, why) => {
		const [reason] = sent(schema, given, form) as string[];
		expect(reason).toContain(why);
		if (why) expect(reason).toContain(asText);
	});

	it.each<[Schema, unknown, unknown]>([
		[{}, '{"a": 1,}', { a: 1 }],
		[{}, '```json\n["a"]\n```', '```json\n["a"]\n```'],
		[{}, '[draft] A title', '[draft] A title'],
		[{}, '{name} is here', '{name} is here'],
		[text, '{"a": ', '{"a": '],
		[{ anyOf: [text, whole] }, '{"a": ', '{"a": '],
	])('is no more than what it looks like: %j given %j', (schema, given, expected) => {
		expect(sent(schema, given, form)).toEqual(expected);
	});

	it('may be any text in JSON', () => {
		expect(sent({}, '{"a": ')).toBe('{"a": ');
	});
});

describe('A list of choices', () => {
	const sizes = listOf({ enum: ['small', 'large', 'large, boxed'] });

	it.each<[unknown, unknown]>([
		['small, large', ['small', 'large']],
		['small', ['small']],
		[' large ,small,', ['large', 'small']],
		['large, boxed', ['large, boxed']],
		['small, large, boxed, large', ['small', 'large, boxed', 'large']],
		['["small"]', ['small']],
		[
			['large', 'small'],
			['large', 'small'],
		],
		['small, tiny', ["it[1] must be one of 'small', 'large', 'large, boxed'"]],
	])('takes %j from a form', (given, expected) => {
		expect(sent(sizes, given, form)).toEqual(expected);
		expect(sent(nullable(sizes), given, form)).toEqual(expected);
	});

	it('may be of numbers, and is a list in JSON', () => {
		expect(sent(listOf({ enum: [1, 2] }), '2, 1', form)).toEqual([2, 1]);
		expect(sent(sizes, 'small, large')).toEqual([
			"it must be a list, each one of 'small', 'large', 'large, boxed'",
		]);
	});

	it('is left out as long as its field shows what an earlier form showed', () => {
		const [input] = inputsWith({ sizes });
		expect(checkInputs(input ? [input] : [], { sizes: '[ ]' }, form).values).toEqual({});
	});
});

describe('A tagged union', () => {
	const kind = (name: string, properties: Schema) => ({
		type: 'object',
		properties: { kind: { const: name }, ...properties },
	});
	const when = {
		default: null,
		discriminator: { propertyName: 'kind' },
		oneOf: [kind('exact', { start: text }), kind('length', { minutes: whole })],
	};

	it('is JSON with the shapes in its words', () => {
		expect(one(when).kind).toBe('object');
		expect(wordsFor(one(when))).toBe(
			"a JSON object with kind 'exact', start (optional) or a JSON object with kind 'length', minutes (optional)",
		);
	});

	it('takes what its tag says, and nothing else', () => {
		expect(sent(when, { kind: 'length', minutes: 5 })).toEqual({ kind: 'length', minutes: 5 });
		expect(sent(when, 'tomorrow')).toEqual([expect.stringContaining('it must be a JSON object')]);
		expect(sent(when, { kind: 'never' })).toEqual(["it.kind must be one of 'exact', 'length'"]);
		expect(sent(when, { minutes: 5 })).toEqual([expect.stringContaining('it.kind is missing')]);
		expect(sent(when, { kind: 'length', minutes: 'x' })).toEqual([
			'it.minutes must be a whole number',
		]);
	});
});

describe('The limits of a schema', () => {
	const place = {
		type: 'object',
		required: ['name', 'geo'],
		properties: {
			name: text,
			geo: { type: 'object', required: ['lat'], properties: { lat: { type: 'number' } } },
		},
		additionalProperties: false,
	};

	it.each<[Schema, unknown, string[]]>([
		[{ ...whole, minimum: 1, maximum: 5 }, 0, ['it must be at least 1']],
		[{ ...whole, minimum: 1, maximum: 5 }, 6, ['it must be at most 5']],
		[{ type: 'number', exclusiveMinimum: 0 }, 0, ['it must be greater than 0']],
		[{ type: 'number', exclusiveMaximum: 1 }, 1, ['it must be less than 1']],
		[{ type: 'number', multipleOf: 0.1 }, 0.35, ['it must be a multiple of 0.1']],
		[{ ...text, minLength: 3 }, '😀😀', ['it must have at least 3 characters']],
		[{ ...text, maxLength: 1 }, 'ab', ['it must have at most 1 character']],
		[{ ...text, pattern: '^[A-Z]{3}$' }, 'abc', ['it must match the pattern ^[A-Z]{3}$']],
		[listOf({ enum: ['s', 'l'] }), ['s', 'm'], ["it[1] must be one of 's', 'l'"]],
		[{ ...listOf({}), minItems: 2 }, [1], ['it must have at least 2 items']],
		[
			{ ...listOf({}), uniqueItems: true },
			[{ a: 1 }, { a: 1 }],
			['it must not have the same item twice'],
		],
		[place, { geo: {} }, ['it.geo.lat is missing', 'it.name is missing']],
		[place, { name: 'x', geo: { lat: 1 }, more: 1 }, ['it.more is not known: there are name, geo']],
		[
			{ ...text, format: 'date-time' },
			'tomorrow',
			['it must be a date and time such as 2026-11-24T09:30:00Z'],
		],
		[
			{ type: 'object', additionalProperties: whole },
			{ a: 1, b: 'x' },
			['it.b must be a whole number'],
		],
		[{ type: 'array', prefixItems: [whole, text] }, ['x', 'y'], ['it[0] must be a whole number']],
		[{ allOf: [{ ...whole, minimum: 1 }, { minimum: 3 }] }, 2, ['it must be at least 3']],
		[nullable({ ...whole, minimum: 1 }), 0, ['it must be at least 1']],
	])('%j refuses %j', (schema, value, reasons) => {
		expect(sent(schema, value)).toEqual(reasons);
	});

	it.each<[Schema, unknown]>([
		[{ type: 'number', multipleOf: 0.1 }, 0.3],
		[{ ...text, format: 'date-time' }, '2026-11-24T09:30:00Z'],
		[{ ...text, format: 'date-time' }, '2026-11-24T09:30:00'],
		[{ ...text, pattern: '(?P<year>\\d+)' }, 'written for Python'],
		[{ ...text, pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`],
		[place, { name: 'x', geo: { lat: 1, lon: 2 } }],
	])('%j takes %j', (schema, value) => {
		expect(sent(schema, value)).toEqual(value);
	});

	it('are reported together, by path, without what may be secret', () => {
		const inputs = inputsWith({
			amount: whole,
			api_key: { ...text, minLength: 8, pattern: '^sk-' },
			rows: listOf(place),
		});
		const given = { amount: 'abc', api_key: 'hunter2', rows: [{ name: 1, geo: { lat: 'n' } }] };
		const issues = explainIssues(
			{ thing: 'agent', name: 'A' },
			inputs,
			checkInputs(inputs, given, json),
		);
		expect(issues?.message).toBe(
			`Agent 'A' cannot use these values: 'amount' must be a whole number, not "abc"; 'api_key' must have at least 8 characters; 'api_key' must match the pattern ^sk-; 'rows[0].geo.lat' must be a number, not "n"`,
		);
	});

	it('never make n8n wait for a pattern', () => {
		const start = Date.now();
		for (const pattern of ['^(a+)+$', '^(a|a)*$', '^((a*)b?)*$', '(a*)*(a*)*x', '^a*a*a*a*a*a*$']) {
			expect(breaksPattern(pattern, `${'a'.repeat(5000)}!`)).toBe(false);
		}
		expect(Date.now() - start).toBeLessThan(1000);
		expect(breaksPattern('^[A-Z]{3}(-\\d+)?$', 'ABC-x')).toBe(true);
	});

	it('leave to AutoGPT what Python reads otherwise', () => {
		expect(breaksPattern('^\\w+$', 'größe')).toBe(false);
		expect(breaksPattern('^\\w+$', 'no good')).toBe(true);
		expect(breaksPattern('\\AAB\\Z', 'AB')).toBe(false);
		expect(breaksPattern('(?i)^ab$', 'AB')).toBe(false);
		expect(breaksPattern('^[\\w.@-]+\\@x$', 'a b')).toBe(true);
	});

	it('are read soon, even if a few lines refer to each other without end', () => {
		const twice = (next: string) => ({ allOf: [{ $ref: next }, { $ref: next }] });
		const names = Array.from({ length: 40 }, (_, index) => `D${index}`);
		const $defs = Object.fromEntries(
			names.map((name, index) => [name, twice(`#/$defs/D${index + 1}`)]),
		);
		const start = Date.now();
		expect(sent({ $ref: '#/$defs/D0' }, 'x', json, $defs)).toBe('x');
		expect(Date.now() - start).toBeLessThan(2000);
	});

	it('hold in schemas that contain themselves', () => {
		const $defs = {
			Tree: {
				type: 'object',
				required: ['name'],
				properties: { name: text, children: listOf({ $ref: '#/$defs/Tree' }) },
			},
		};
		const tree = { name: 'a', children: [{ name: 'b', children: [{ children: [] }] }] };
		expect(sent({ $ref: '#/$defs/Tree' }, tree, json, $defs)).toEqual([
			'it.children[0].children[0].name is missing',
		]);
	});
});

describe('A table', () => {
	const columns = { type: 'object', properties: { City: text, Size: whole } };
	const table = { type: 'array', format: 'table', items: columns };
	const optional = { format: 'table', ...nullable(listOf(columns)) };
	const items = [
		{ json: { City: 'Riga', Size: 1 }, pairedItem: { item: 0 } },
		{ json: { City: 'Oslo', Size: '2' }, pairedItem: { item: 1 } },
	];

	it.each([table, optional])('takes rows and the items of n8n', (schema) => {
		expect(one(schema).columns).toEqual(['City', 'Size']);
		expect(sent(schema, items)).toEqual([
			{ City: 'Riga', Size: 1 },
			{ City: 'Oslo', Size: 2 },
		]);
		expect(sent(schema, '[{"City":"Riga"}]', form)).toEqual([{ City: 'Riga' }]);
	});

	it.each([table, optional])('refuses columns that it does not have, by name', (schema) => {
		expect(sent(schema, [{ City: 'Riga' }, { Town: 'Oslo' }])).toEqual([
			'it[1].Town is no column: there are City, Size',
		]);
		expect(sent(schema, ['Riga'])).toEqual(
			expect.arrayContaining(['it[0] must be a row with City, Size']),
		);
	});

	it('leaves items as they are where a column is called json', () => {
		const ofJson = listOf({ type: 'object', properties: { json: {} } });
		expect(sent(ofJson, [{ json: { a: 1 } }])).toEqual([{ json: { a: 1 } }]);
	});

	it('is left out as long as nothing is written into its field', () => {
		const [rows] = inputsWith({ rows: table }, { required: ['rows'] });
		const missing = (value: unknown, source = form) =>
			checkInputs(rows ? [rows] : [], { rows: value }, source).missing;
		expect(missing('[{ "City": "", "Size": "" }]')).toEqual(['rows']);
		expect(missing('[{ "Town": "" }]')).toEqual(['rows']);
		expect(missing('[ ]')).toEqual(['rows']);
		for (const given of ['[]', '[{"City":""}]', '[{ "City": "Riga" }]', []]) {
			expect(missing(given)).toEqual([]);
		}
		expect(missing('[ ]', json)).toEqual([]);
	});
});

describe('An object', () => {
	it('is left out as long as nothing is written into its field', () => {
		const place = { type: 'object', properties: { lat: whole }, required: ['lat'] };
		const [input] = inputsWith({ place }, { required: ['place'] });
		const missing = (value: unknown, source = form) =>
			checkInputs(input ? [input] : [], { place: value }, source).missing;
		for (const blank of ['{ "lat": "" }', '{ "other": "" }', '{ }']) {
			expect(missing(blank)).toEqual(['place']);
			expect(missing(blank, json)).toEqual([]);
		}
		for (const given of ['{"lat":""}', '{ "lat": 1 }', '{}']) expect(missing(given)).toEqual([]);
	});
});

describe('Places in a value', () => {
	it('are found in lists, objects and unions', () => {
		const file = { ...text, format: 'file' };
		const schema = {
			type: 'object',
			properties: { clips: nullable(listOf(file)), cover: { anyOf: [file, whole] }, name: text },
		};
		const value = { clips: ['data', 'other'], cover: 'data', name: 'data' };
		const files = placesIn(one(schema).shape, value, ['it']).filter(
			({ branch }) => branch.format === 'file',
		);
		expect(files.map(({ path }) => pathText(path))).toEqual([
			'it.clips[0]',
			'it.clips[1]',
			'it.cover',
		]);
		expect(withValueAt(value, ['clips', 1], 'x')).toEqual({ ...value, clips: ['data', 'x'] });
	});
});
