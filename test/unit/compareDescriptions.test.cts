import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
	compareDescriptions,
	hasBreaks,
	type Description,
	type Schema,
} from '../../scripts/compare-descriptions.cts';

const CONTRACT = join(__dirname, '..', '..', 'contract', 'openapi.yaml');

function described(
	answer: Schema,
	{
		body,
		parameters = [],
		path = '/runs/{run_id}',
		more = {},
	}: { body?: Schema; parameters?: object[]; path?: string; more?: object } = {},
): Description {
	const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });
	const post = {
		parameters,
		...(body ? { requestBody: json(body) } : {}),
		responses: { 200: json(answer) },
		...more,
	};
	return { paths: { [path]: { post } } };
}

const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
	type: 'object',
	properties,
	required,
});

function changes(ours: Description, theirs: Description): string[] {
	const { changed } = compareDescriptions(ours, theirs);
	return changed.flatMap((one) =>
		one.changes.map(({ isBreak, what }) => `${isBreak ? 'breaks' : 'harmless'}: ${what}`),
	);
}

const answers = (ours: Schema, theirs: Schema) => changes(described(ours), described(theirs));
const bodies = (ours: Schema, theirs: Schema) =>
	changes(described({}, { body: ours }), described({}, { body: theirs }));

const id = object({ id: { type: 'string' } });

describe('compareDescriptions', () => {
	it('finds nothing between the contract and itself', () => {
		const contract = parse(readFileSync(CONTRACT, 'utf8')) as Description;
		const comparison = compareDescriptions(contract, contract);
		expect(comparison).toEqual({ missing: [], added: [], changed: [], namesPermissions: true });
		expect(hasBreaks(comparison)).toBe(false);
	});

	it('finds operations behind a prefix, with other names in their paths', () => {
		const theirs = described(id, { path: '/external-api/v2/runs/{id}/' });
		theirs.paths['/external-api/v2/tools'] = { get: { responses: {} } };
		const comparison = compareDescriptions(described(id), theirs);
		expect(comparison).toMatchObject({ missing: [], added: ['GET /tools'], changed: [] });
		expect(hasBreaks(comparison)).toBe(false);
	});

	it('names operations that are missing', () => {
		const comparison = compareDescriptions(described(id), described(id, { path: '/other' }));
		expect(comparison).toMatchObject({ missing: ['POST /runs/{run_id}'], added: ['POST /other'] });
		expect(hasBreaks(comparison)).toBe(true);
	});

	it('reads schemas by reference, in parts and in choices, as the same', () => {
		const theirs = described({ $ref: '#/components/schemas/Run' });
		theirs.components = {
			schemas: {
				Run: { allOf: [{ $ref: '#/components/schemas/Base' }] },
				Base: object({ id: { anyOf: [{ type: 'string' }, { type: 'null' }] } }),
			},
		};
		expect(changes(described(object({ id: { type: ['string', 'null'] } })), theirs)).toEqual([]);
	});

	it.each<[string, Schema, Schema, string[]]>([
		['a field is gone', id, object({ name: {} }), ["lacks 'id'", "has new 'name'"]],
		['may be null', id, object({ id: { type: ['string', 'null'] } }), ["'id' may be null"]],
		[
			'is of another type',
			id,
			object({ id: { type: 'integer' } }),
			["'id' is integer, not string"],
		],
		[
			'has other values',
			object({ status: { enum: ['A', 'B'] } }),
			object({ status: { enum: ['A', 'C'] } }),
			['\'status\' lacks "B"', '\'status\' has new "C"'],
		],
		[
			'differs deep down',
			object({ items: { type: 'array', items: id } }),
			object({ items: { type: 'array', items: object({ name: {} }) } }),
			["lacks 'items[].id'", "has new 'items[].name'"],
		],
	])('notices of a response when it %s', (_, ours, theirs, expected) => {
		const found = answers(ours, theirs);
		expect(found.map((line) => line.replace(/^\w+: response: /, ''))).toEqual(expected);
	});

	it('separates what breaks a response from what does no harm', () => {
		expect(answers(id, object({ id: { type: 'string' }, more: {} }))).toEqual([
			"harmless: response: has new 'more'",
		]);
		expect(answers(object({ n: { type: 'number' } }), object({ n: { type: 'integer' } }))).toEqual(
			[],
		);
		expect(answers(object({ n: { type: 'integer' } }), object({ n: { type: 'number' } }))).toEqual([
			"breaks: response: 'n' is number, not integer",
		]);
		const [a, ab]: Schema[] = [['A'], ['A', 'B']].map((values) => object({ s: { enum: values } }));
		expect(answers(ab!, a!)).toEqual(['harmless: response: \'s\' lacks "B"']);
		expect(answers(a!, ab!)).toEqual(['breaks: response: \'s\' has new "B"']);
	});

	it('judges a request the other way round', () => {
		expect(bodies(id, object({ id: {}, more: {} }))).toEqual(["harmless: request: has new 'more'"]);
		expect(bodies(id, object({ id: {}, more: {} }, ['more']))).toEqual([
			"breaks: request: has new 'more', which must be given",
		]);
		expect(bodies(id, object({ id: {} }, ['id']))).toEqual(["breaks: request: 'id' must be given"]);
		const [a, ab]: Schema[] = [['A'], ['A', 'B']].map((values) => object({ s: { enum: values } }));
		expect(bodies(a!, ab!)).toEqual(['harmless: request: \'s\' has new "B"']);
		expect(bodies(ab!, a!)).toEqual(['breaks: request: \'s\' lacks "B"']);
		expect(changes(described({}, { body: id }), described({}))).toEqual(['breaks: takes no body']);
	});

	it('compares parameters, but not the headers of every request', () => {
		const parameter = (name: string, place: string, more = {}) => ({ name, in: place, ...more });
		const team = parameter('X-Team-Id', 'header');
		const ours = described({}, { parameters: [parameter('Idempotency-Key', 'header'), team] });
		const theirs = described(
			{},
			{
				parameters: [
					parameter('page', 'query', { required: true }),
					parameter('size', 'query'),
					parameter('run_id', 'path', { required: true }),
				],
			},
		);
		expect(changes(ours, theirs)).toEqual([
			"breaks: lacks the header parameter 'Idempotency-Key'",
			"breaks: has the new query parameter 'page', which must be given",
			"harmless: has the new query parameter 'size'",
		]);
	});

	it('compares permissions where the server names them, in either way', () => {
		const ours = described({}, { more: { 'x-required-scopes': ['READ_RUN'] } });
		const asking = (scope: string) => described({}, { more: { security: [{ key: [scope] }] } });
		expect(changes(ours, asking('READ_RUN'))).toEqual([]);
		expect(changes(ours, asking('READ_LIBRARY'))).toEqual([
			'breaks: asks for the permission READ_LIBRARY, not READ_RUN',
		]);
		const silent = described({}, { more: { security: [{ key: [] }] } });
		expect(compareDescriptions(ours, silent)).toMatchObject({
			changed: [],
			namesPermissions: false,
		});
	});

	it('takes another good status for harmless, and a schema that refers to itself as it is', () => {
		const tree: Description = {
			...described({ $ref: '#/components/schemas/Tree' }),
			components: {
				schemas: {
					Tree: object({
						children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
					}),
				},
			},
		};
		expect(changes(tree, structuredClone(tree))).toEqual([]);
		const created = described({}, { more: { responses: { 201: {} } } });
		expect(changes(described({}), created)).toEqual(['harmless: answers with status 201, not 200']);
	});
});
