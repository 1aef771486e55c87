import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import type { IBinaryData, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { setStage, type Stage } from '../harness/account.cts';
import { filledForm } from '../harness/form.cts';
import { fileAgent } from '../emulator/agents';
import type { Account } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';

/** The container from which n8n's core takes its services. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get<T>(type: new (...parts: never[]) => T): T };
};

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
		account = stage.emulator.createAccount();
		key = account.createKey();
		({ agentId } = account.createAgent(fileAgent));
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
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
				agentId: rl(agentId),
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

	it.each([
		'workspace://some-id#text/plain',
		'workspace://some-id',
		'gcs://bucket/a.pdf',
		'GCS://bucket/b.pdf',
		'https://example.com/a.pdf',
		'data:text/plain;base64,b25l',
	])('pass on what refers to a file already: %s', async (reference) => {
		const { items, error } = await start(reference, [{ json: {} }]);
		expect(error).toBeUndefined();
		expect(given(items)).toEqual([reference]);
		expect(account.files()).toEqual([]);
	});

	it('take binary data given whole', async () => {
		const whole = '={{ { data: "b25l", mimeType: "text/plain", fileName: "one.txt" } }}';
		const { items, error } = await start(whole, [{ json: {} }]);
		expect(error).toBeUndefined();
		expect(given(items)[0]).toMatch(/^workspace:/);
	});

	it('say how to name a binary field that came without its content', async () => {
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

	it('stream what n8n keeps on disk', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-autogpt-inputs-'));
		const service = Container.get(BinaryDataService);
		Object.assign(Container.get(BinaryDataConfig), {
			mode: 'filesystem',
			availableModes: ['filesystem'],
			localStoragePath: folder,
		});
		await service.init();
		const report = await service.store(
			{ type: 'execution', workflowId: 'workflow-1', executionId: 'execution-1' },
			Readable.from([Buffer.alloc(3_000_000, 'x')]),
			{ data: '', mimeType: 'text/plain', fileName: 'large.txt' },
		);
		expect(report.id).toBeDefined();
		const items = [{ json: {}, binary: { report } }];
		const byName = await start('report', items);
		expect(byName.error).toBeUndefined();
		const byValue = await start('={{ $binary.report }}', items);
		expect(given(byValue.items)).toEqual(given(byName.items));
		const [file] = account.files().filter(({ name }) => name.startsWith('large-'));
		expect(file?.sizeBytes).toBe(3_000_000);
		rmSync(folder, { recursive: true, force: true });
	});
});
