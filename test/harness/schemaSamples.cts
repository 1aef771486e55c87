import { createHash } from 'node:crypto';
import fc from 'fast-check';

type Json = Record<string, unknown>;

/** A schema as Pydantic gives it, with a value that it allows and perhaps one that it forbids. */
export interface Sample {
	schema: Json;
	$defs: Json;
	value: unknown;
	/** With the place in it that is wrong. */
	bad?: { value: unknown; path: Array<string | number> };
}

type Samples = fc.Arbitrary<Sample>;

const NAMES = ['name', 'größe', 'a.b', 'say "x"', 'count', '城市', 'two words'];

function plain(schema: Json, value: unknown, wrong?: unknown): Sample {
	return {
		schema,
		$defs: {},
		value,
		...(wrong === undefined ? {} : { bad: { value: wrong, path: [] } }),
	};
}

/** Text without what a form takes for nothing at all or for JSON. */
const words = fc.string({ minLength: 1, maxLength: 8 }).map((text) => `x${text}`);

const text: Samples = fc
	.tuple(words, fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }))
	.map(([value, minLength]) =>
		minLength === undefined
			? plain({ type: 'string' }, value)
			: plain({ type: 'string', minLength, maxLength: 12 }, `${value}xxx`, 'y'.repeat(13)),
	);

const patterned: Samples = fc
	.integer({ min: 100, max: 999 })
	.map((number) => plain({ type: 'string', pattern: '^[A-Z]{2}-\\d+$' }, `AB-${number}`, 'ab'));

const integer: Samples = fc
	.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 5 }), fc.boolean())
	.map(([value, more, isLimited]) =>
		isLimited
			? plain({ type: 'integer', minimum: value, maximum: value + more }, value, value - 1)
			: plain({ type: 'integer' }, value, value + 0.5),
	);

const number: Samples = fc
	.double({ min: -1e6, max: 1e6, noNaN: true })
	.map((value) => (Object.is(value, -0) ? 0 : value))
	.map((value) => plain({ type: 'number', exclusiveMinimum: value - 1 }, value, value - 1));

const scalars: Samples[] = [
	text,
	patterned,
	integer,
	number,
	fc.boolean().map((value) => plain({ type: 'boolean' }, value, 'maybe')),
	fc
		.constantFrom('news', 'pdf', 'Größe')
		.map((value) => plain({ type: 'string', enum: ['news', 'pdf', 'Größe'] }, value, 'nonsense')),
	fc.constantFrom(1, 2).map((value) => plain({ type: 'integer', enum: [1, 2] }, value, 3)),
	fc.constant(plain({ const: 'only', type: 'string' }, 'only', 'other')),
	fc.constant(plain({ type: 'string', format: 'date' }, '2026-11-24', 'tomorrow')),
	fc.constant(plain({ type: 'string', format: 'time' }, '09:30:00', 'noon')),
	fc.constant(plain({ type: 'string', format: 'date-time' }, '2026-11-24T09:30:00Z', 'tomorrow')),
	fc.constantFrom(1, 'x', null, [1], { a: 1 }).map((value) => plain({}, value)),
];

function listOf({ schema, $defs, value, bad }: Sample, length: number): Sample {
	const items = Array.from({ length }, () => value);
	return {
		schema: { type: 'array', items: schema, ...(length > 0 ? { minItems: 1 } : {}) },
		$defs,
		value: items,
		bad: bad
			? { value: [...items, bad.value], path: [length, ...bad.path] }
			: { value: 'no list', path: [] },
	};
}

function dictOf({ schema, $defs, value, bad }: Sample): Sample {
	return {
		schema: { type: 'object', additionalProperties: schema },
		$defs,
		value: { key: value },
		bad: bad
			? { value: { key: value, other: bad.value }, path: ['other', ...bad.path] }
			: { value: 'no object', path: [] },
	};
}

function modelSchema(parts: Array<[string, Sample]>, more: Json = {}): Json {
	return {
		type: 'object',
		properties: Object.fromEntries(parts.map(([name, { schema }]) => [name, schema])),
		required: parts.map(([name]) => name),
		...more,
	};
}

/** A model behind `$ref`, as Pydantic has it. */
function modelOf(parts: Array<[string, Sample]>, isClosed: boolean, isWrapped: boolean): Sample {
	const schema = modelSchema(parts, isClosed ? { additionalProperties: false } : {});
	const name = `M${createHash('sha1').update(JSON.stringify(schema)).digest('hex').slice(0, 8)}`;
	const $defs = Object.assign({ [name]: schema }, ...parts.map(([, part]) => part.$defs)) as Json;
	const value = Object.fromEntries(parts.map(([key, part]) => [key, part.value]));
	const [key, part] = parts.find(([, { bad }]) => bad !== undefined) ?? parts[0]!;
	const rest = Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
	const $ref = { $ref: `#/$defs/${name}` };
	return {
		schema: isWrapped ? { allOf: [$ref] } : $ref,
		$defs,
		value,
		bad: part.bad
			? { value: { ...value, [key]: part.bad.value }, path: [key, ...part.bad.path] }
			: { value: rest, path: [key] },
	};
}

function taggedOf(parts: Array<[string, Sample]>): Sample {
	const kinds = ['first', 'second'].map((kind) =>
		modelSchema([['kind', plain({ const: kind, type: 'string' }, kind)], ...parts]),
	);
	return {
		schema: { oneOf: kinds, discriminator: { propertyName: 'kind' } },
		$defs: Object.assign({}, ...parts.map(([, part]) => part.$defs)) as Json,
		value: { kind: 'second', ...Object.fromEntries(parts.map(([key, one]) => [key, one.value])) },
		bad: { value: { kind: 'third' }, path: ['kind'] },
	};
}

function nullable({ schema, bad, ...rest }: Sample): Sample {
	return { schema: { anyOf: [schema, { type: 'null' }] }, bad, ...rest };
}

const unions: Samples = fc.constantFrom(
	plain({ anyOf: [{ type: 'string' }, { type: 'integer' }] }, 1),
	plain({ anyOf: [{ type: 'string' }, { type: 'integer' }] }, '1'),
	plain({ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, ['x']),
	plain({ anyOf: [{ type: 'object' }, { type: 'array', items: {} }] }, [{ a: 1 }], 'x'),
	plain({ anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, true, 'x'),
	plain({ type: ['number', 'array'] }, [1], 'x'),
);

const uniqueParts = (samples: Samples) =>
	fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), samples), {
		minLength: 1,
		maxLength: 3,
		selector: ([name]) => name,
	});

/** Schemas of all sorts, as deep as models in models in lists. */
export const samples: Samples = fc.letrec<{ sample: Sample }>((tie) => ({
	sample: fc.oneof(
		{ maxDepth: 3, depthSize: 'small', withCrossShrink: true },
		{ weight: 4, arbitrary: fc.oneof(...scalars) },
		{ weight: 1, arbitrary: unions },
		{ weight: 1, arbitrary: fc.tuple(tie('sample'), fc.nat(2)).map(([one, n]) => listOf(one, n)) },
		{ weight: 1, arbitrary: tie('sample').map(dictOf) },
		{ weight: 1, arbitrary: tie('sample').map(nullable) },
		{
			weight: 2,
			arbitrary: fc
				.tuple(uniqueParts(tie('sample')), fc.boolean(), fc.boolean())
				.map(([parts, isClosed, isWrapped]) => modelOf(parts, isClosed, isWrapped)),
		},
		{ weight: 1, arbitrary: uniqueParts(tie('sample')).map(taggedOf) },
	),
})).sample;

/** What stands under `default`: what belongs there, or what authors left there. */
export const defaults = (value: unknown) =>
	fc.constantFrom<Json>(
		...[{}, { default: value }, { default: null }, { default: '' }, { default: 'lots' }],
		...[{ default: {} }, { default: [1, 'x'] }, { default: '=1+1' }, { default: 2.5 }],
	);
