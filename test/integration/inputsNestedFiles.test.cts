import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { defineBlock } from '../emulator/blocks/block.cts';
import { putBlock, removeBlock } from '../emulator/blocks/index.cts';
import type { Account } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { drawBlockForm, filledForm } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

const BLOCK_ID = '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9fa1';

const file = { type: 'string', format: 'file' };
const optional = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

/** Gives back what it was given; its inputs hold files in all places where schemas may. */
const filesBlock = defineBlock({
	id: BLOCK_ID,
	name: 'ManyFilesBlock',
	description: 'Takes files in many places.',
	inputs: {
		clips: { type: 'array', items: file },
		covers: { ...optional({ type: 'array', items: { $ref: '#/$defs/Cover' } }), default: null },
		byName: { ...optional({ type: 'object', additionalProperties: file }), default: null },
		either: { anyOf: [{ type: 'string' }, file], default: '' },
	},
	outputs: { given: {} },
	async *run({ clips, covers, byName, either }) {
		yield ['given', { clips, covers, byName, either }];
	},
});
filesBlock.block.input_schema.$defs = {
	Cover: {
		type: 'object',
		properties: { title: { type: 'string' }, image: optional(file) },
		required: ['title'],
	},
};

function withFiles(files: Record<string, string>): INodeExecutionData[] {
	const binary = Object.entries(files).map(([name, text]) => [
		name,
		{
			data: Buffer.from(text).toString('base64'),
			...{ mimeType: 'text/plain', fileName: `${name}.txt`, fileExtension: 'txt' },
		},
	]);
	return [{ json: {}, binary: Object.fromEntries(binary) as INodeExecutionData['binary'] }];
}

describe('Files within lists and objects of inputs', () => {
	let stage: Stage;
	let account: Account;
	let key: string;

	beforeAll(async () => {
		putBlock(filesBlock);
		stage = await setStage();
	});

	beforeEach(() => {
		account = stage.emulator.createAccount();
		key = account.createKey();
	});

	afterAll(async () => {
		removeBlock(BLOCK_ID);
		await stage.emulator.close();
		expect(stage.emulator.contractViolations).toEqual([]);
	});

	const run = async (parameters: INodeParameters, items: INodeExecutionData[]) =>
		await stage.run(
			{ resource: 'block', operation: 'run', blockId: rl(BLOCK_ID), ...parameters },
			{ key, items },
		);

	const json = (inputs: object) => ({ inputsMode: 'json', inputsJson: JSON.stringify(inputs) });

	/** What the block was given, with files by their content. */
	const given = ({ items }: { items: INodeExecutionData[] }) => {
		const { given: value } = items[0]?.json.outputs as { given: unknown };
		const files = new Map(account.files().map(({ id, name }) => [id, name.split('-')[0]]));
		const text = JSON.stringify(value).replace(
			/workspace:\/\/([^#"]+)#text\/plain/g,
			(_, id: string) => `<${files.get(id)}>`,
		);
		return JSON.parse(text) as object;
	};

	it('are uploaded, each content once', async () => {
		const inputs = {
			clips: ['data', ' other ', 'data'],
			covers: [{ title: 'data', image: 'data' }, { title: 'none' }, { title: 'x', image: null }],
			byName: { first: 'other', 'se.cond': 'workspace://some-id' },
		};
		const result = await run(json(inputs), withFiles({ data: 'one', other: 'two' }));
		expect(result.error).toBeUndefined();
		expect(given(result)).toMatchObject({
			clips: ['<data>', '<other>', '<data>'],
			covers: [{ title: 'data', image: '<data>' }, { title: 'none' }, { title: 'x', image: null }],
			byName: { first: '<other>', 'se.cond': 'workspace://some-id' },
		});
		expect(account.files()).toHaveLength(2);
	});

	it.each([
		['data', ['<data>']],
		['data, other', ['<data>', '<other>']],
		['["data","other"]', ['<data>', '<other>']],
		['https://example.com/a,b.pdf', ['https://example.com/a,b.pdf']],
		['={{ ["other"] }}', ['<other>']],
	])('are named in one field of a form: %s', async (clips, expected) => {
		const result = await run(filledForm({ clips }), withFiles({ data: 'one', other: 'two' }));
		expect(result.error).toBeUndefined();
		expect(given(result)).toMatchObject({ clips: expected });
	});

	it('have a field of a form for their names', async () => {
		const { fields } = await drawBlockForm(stage, rl(BLOCK_ID), key);
		const types = new Map(fields.map(({ id, type }) => [id, type]));
		expect([types.get('clips'), types.get('covers')]).toEqual(['string', 'array']);
	});

	it('are named by their path when they are missing, before anything is sent', async () => {
		const inputs = { clips: ['data'], covers: [{ title: 'x', image: 'photo' }] };
		const { error } = await run(json(inputs), withFiles({ data: 'one' }));
		expect(error?.message).toBe(
			"Input 'covers[0].image' names the binary field 'photo', which the item does not have",
		);
		expect(account.files()).toEqual([]);
		expect(account.runs()).toEqual([]);
	});

	it('may be text where text is taken, too', async () => {
		const text = await run(json({ clips: [], either: 'a text' }), withFiles({ data: 'one' }));
		expect(text.error).toBeUndefined();
		expect(given(text)).toMatchObject({ either: 'a text' });
		const upload = await run(json({ clips: [], either: 'data' }), withFiles({ data: 'one' }));
		expect(given(upload)).toMatchObject({ either: '<data>' });
	});
});
