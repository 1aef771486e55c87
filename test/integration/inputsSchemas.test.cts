import type { INodeParameters } from 'n8n-workflow';

import { setStage, type Stage } from '../harness/account.cts';
import { drawBlockForm, filledForm } from '../harness/form.cts';
import { formIssues } from '../harness/freshForm.cts';
import { putSchemaBlock, schemaGallery, type SampleSchema } from '../harness/schemaBlocks.cts';
import { rl } from '../harness/locator.cts';

const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

describe('Inputs by their schema', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const posts = (end: string) =>
		stage.emulator.requests.filter(({ method, path }) => method === 'POST' && path.endsWith(end));

	const lastInputs = () =>
		(JSON.parse(posts('/runs').at(-1)?.body ?? '{}') as { inputs?: unknown }).inputs;

	const runBlock = async (schema: SampleSchema, parameters: INodeParameters, json = {}) => {
		const { id } = putSchemaBlock(schema).block;
		return await stage.run(
			{ resource: 'block', operation: 'run', blockId: rl(id), ...parameters },
			{ items: [{ json }] },
		);
	};

	const asJson = (inputs: unknown): INodeParameters => ({
		inputsMode: 'json',
		inputsJson: JSON.stringify(inputs),
	});

	it.each<[string, SampleSchema, unknown]>([
		['a list for an object or a list', schemaGallery.unions!, { data: [{ a: 1 }] }],
		['a number for text or number', schemaGallery.unions!, { data: {}, cell: 1 }],
		['a list for text or a list', schemaGallery.unions!, { data: {}, tags: ['x'] }],
		['what a tag says', schemaGallery.unions!, { data: {}, when: { kind: 'length', minutes: 5 } }],
		[
			'objects two definitions deep',
			schemaGallery.nested!,
			{ place: { name: 'Riga', geo: { lat: 1, lon: 2 } }, code: 'ABC', kind: 'pdf' },
		],
		[
			'odd names',
			schemaGallery.names!,
			{ город: 'a', 城市: 'b', 'a.b': 'c', 'say "hi"': 'd', '😀': '=x' },
		],
	])('arrive as they are: %s', async (_, schema, inputs) => {
		const { error } = await runBlock(schema, asJson(inputs));
		expect(error).toBeUndefined();
		expect(lastInputs()).toEqual(inputs);
	});

	it.each<[string, SampleSchema, unknown, string]>([
		[
			'an optional choice',
			{ properties: { kind: nullable({ type: 'string', enum: ['news', 'pdf'] }) } },
			{ kind: 'nonsense' },
			"'kind' must be one of 'news', 'pdf', not \"nonsense\"",
		],
		[
			'a tagged union',
			schemaGallery.unions!,
			{ data: {}, when: { kind: 'never' } },
			"'when.kind' must be one of 'exact', 'length', not \"never\"",
		],
		[
			'all limits at once',
			schemaGallery.nested!,
			{ place: { name: 'Riga', geo: { lat: 'n' } }, code: 'abc', share: 2 },
			"'code' must match the pattern ^[A-Z]{3}$, not \"abc\"; 'place.geo.lat' must be a number, not \"n\"; 'place.geo.lon' is missing; 'share' must be at most 1, not 2",
		],
		[
			'a column that there is not',
			schemaGallery.tables!,
			{ rows: [{ Town: 'Riga' }], sizes: ['medium'] },
			"'rows[0].Town' is no column: there are City, Country; 'sizes[0]' must be one of 'small', 'large', not \"medium\"",
		],
	])('are refused before anything is made or started: %s', async (_, schema, inputs, reason) => {
		const before = [posts('/graphs').length, posts('/runs').length];
		const { error } = await runBlock(schema, asJson(inputs));
		expect(error?.message).toBe(`Block 'Sample' cannot use these values: ${reason}`);
		expect([posts('/graphs').length, posts('/runs').length]).toEqual(before);
	});

	it('follow the type of an expression in a form, and have odd names there', async () => {
		const { error } = await runBlock(
			{
				properties: {
					cell: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
					typed: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
					'a"]b.c': { type: 'string' },
					text: { type: 'string' },
				},
			},
			filledForm({
				cell: '={{ $json.count }}',
				typed: '1',
				'a"\u2060]b.c': 'odd',
				text: '={{ $json }}',
			}),
			{ count: 1 },
		);
		expect(error).toBeUndefined();
		expect(lastInputs()).toEqual({ cell: 1, typed: '1', 'a"]b.c': 'odd', text: '{"count":1}' });
	});

	it("take n8n's items for the rows of a table", async () => {
		const { error } = await runBlock(
			{ properties: { rows: schemaGallery.tables!.properties.rows! } },
			filledForm({ rows: '={{ $input.all() }}' }),
			{ City: 'Riga' },
		);
		expect(error).toBeUndefined();
		expect(lastInputs()).toEqual({ rows: [{ City: 'Riga' }] });
	});

	it('that are only picked in the app of AutoGPT, have a notice in the place of a form', async () => {
		const sheet = {
			type: 'object',
			format: 'google-drive-picker',
			title: '<Sheet>',
			default: null,
		};
		const { id } = putSchemaBlock({ properties: { sheet } }, 'SheetsReadBlock').block;
		const { fields, emptyFieldsNotice } = await drawBlockForm(stage, rl(id));
		expect(fields).toEqual([]);
		expect(emptyFieldsNotice).toContain("picked in AutoGPT's app");
		expect(emptyFieldsNotice).not.toContain('<Sheet>');
	});

	it.each(Object.entries(schemaGallery))(
		'have a form that n8n executes untouched: %s',
		async (_, schema) => {
			const { id } = putSchemaBlock(schema).block;
			const { fields } = await drawBlockForm(stage, rl(id));
			expect(fields.length).toBeGreaterThan(0);
			expect(formIssues(fields)).toEqual([]);
		},
	);
});
