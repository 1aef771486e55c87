import type { IBinaryData, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { setStage, type Stage } from '../harness/account.cts';
import { filledForm } from '../harness/form.cts';
import { fileAgent } from '../platform/agents';
import type { Account } from '../platform/index.cts';

function fileItem(text: string, fileName = 'notes.txt'): INodeExecutionData {
	const data: IBinaryData = {
		data: Buffer.from(text).toString('base64'),
		mimeType: 'text/plain',
		fileName,
		fileExtension: 'txt',
	};
	return { json: {}, binary: { report: data } };
}

describe('File inputs', () => {
	let stage: Stage;
	let account: Account;
	let key: string;
	let agentId: string;

	beforeAll(async () => {
		stage = await setStage();
	});

	beforeEach(() => {
		account = stage.platform.createAccount();
		key = account.createKey();
		({ agentId } = account.createAgent(fileAgent));
	});

	afterAll(async () => {
		expect(stage.platform.contractViolations).toEqual([]);
		await stage.platform.close();
	});

	const start = async (
		document: string,
		items: INodeExecutionData[],
		options: { key?: string; executionId?: string } = {},
	) =>
		await stage.run(
			{
				resource: 'agent',
				operation: 'start',
				agentId: { __rl: true, mode: 'id', value: agentId },
				...filledForm({ document }),
			} as INodeParameters,
			{ key, items, ...options },
		);

	const given = (items: INodeExecutionData[]) =>
		items.map(({ json }) => (json.inputs as { document: string }).document);

	it('upload binary fields under a name of their own, each content once', async () => {
		const items = [fileItem('one'), fileItem('two'), fileItem('one', 'other.txt')];
		const result = await start('report', items);
		expect(result.error).toBeUndefined();
		const [first, second, third] = given(result.items);
		expect(first).toMatch(/^workspace:\/\/.+#text\/plain$/);
		expect(third).toBe(first);
		expect(second).not.toBe(first);
		expect(
			account
				.files()
				.map(({ name }) => name)
				.filter((name) => !name.startsWith('copy of')),
		).toEqual([
			expect.stringMatching(/^(notes|other)-[0-9a-f]{16}\.txt$/),
			expect.stringMatching(/^notes-[0-9a-f]{16}\.txt$/),
		]);
	});

	it('find the file of an earlier execution, so that a repeated one starts nothing twice', async () => {
		const options = { executionId: 'same' };
		const first = await start('report', [fileItem('same')], options);
		const again = await start('report', [fileItem('same')], options);
		expect(given(again.items)).toEqual(given(first.items));
		expect(again.items[0]?.json.id).toBe(first.items[0]?.json.id);
		expect(account.runs()).toHaveLength(1);
	});

	it('take another name where the files cannot be read', async () => {
		await start('report', [fileItem('same')]);
		const blind = account.createKey({
			scopes: ['READ_LIBRARY', 'RUN_AGENT', 'READ_INTEGRATIONS', 'WRITE_FILES'],
		});
		const { error } = await start('report', [fileItem('same')], { key: blind });
		expect(error).toBeUndefined();
		const names = account.files().map(({ name }) => name);
		expect(names).toContainEqual(expect.stringMatching(/^notes-[0-9a-f]{16}-[0-9a-f]{8}\.txt$/));
	});

	it.each(['workspace://some-id#text/plain', 'https://example.com/a.pdf'])(
		'pass on what refers to a file already: %s',
		async (reference) => {
			const { items, error } = await start(reference, [{ json: {} }]);
			expect(error).toBeUndefined();
			expect(given(items)).toEqual([reference]);
			expect(account.files()).toEqual([]);
		},
	);

	it('take binary data given whole', async () => {
		const whole = '={{ { data: "b25l", mimeType: "text/plain", fileName: "one.txt" } }}';
		const { items, error } = await start(whole, [{ json: {} }]);
		expect(error).toBeUndefined();
		expect(given(items)[0]).toMatch(/^workspace:/);
	});

	it('tell how to name a binary field that came without its content', async () => {
		const { error } = await start('={{ $binary.report }}', [fileItem('one')]);
		expect(error?.message).toBe("Input 'document' holds no file");
	});

	it('name a binary field that is not there, before anything is sent', async () => {
		const { error } = await start('data', [fileItem('one')]);
		expect(error?.message).toBe(
			"Input 'document' names the binary field 'data', which the item does not have",
		);
		expect(error?.description).toContain('has the binary fields report');
		expect(account.runs()).toEqual([]);
	});

	it('name the permission to upload', async () => {
		const blind = account.createKey({ scopes: ['READ_LIBRARY', 'RUN_AGENT'] });
		const { error } = await start('report', [fileItem('one')], { key: blind });
		expect(error?.message).toContain('WRITE_FILES');
	});
});
