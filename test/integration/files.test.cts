import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { echoAgent, fileAgent } from '../emulator/agents';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

/** The container from which n8n's core takes its services. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get<T>(type: new (...parts: never[]) => T): T };
};

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function withFile(name: string, content: Buffer | string, mimeType = 'text/plain') {
	const data = Buffer.from(content as string).toString('base64');
	return [{ json: {}, binary: { data: { data, mimeType, fileName: name } } }];
}

describe('File', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage();
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const run = async (parameters: INodeParameters, items?: INodeExecutionData[], key?: string) =>
		await stage.run({ resource: 'file', ...parameters }, { items, key });

	const upload = async (name: string, content: string, parameters: INodeParameters = {}) =>
		await run({ operation: 'upload', ...parameters }, withFile(name, content));

	const stored = (name: string) => stage.account.files().find((file) => file.name === name);

	it('gives nothing for an empty workspace', async () => {
		const { items, error } = await run({ operation: 'getMany' });
		expect(error).toBeUndefined();
		expect(items).toEqual([]);
	});

	it.each(['plain.txt', 'Zürich „Ø" 漢字.txt', 'a "quoted" name; x=1.txt', '100%.txt'])(
		'carries the file and its name there and back: %s',
		async (name) => {
			const { items, error } = await upload(name, `content of ${name}`);
			expect(error).toBeUndefined();
			const { id, file_uri } = items[0]?.json as { id: string; file_uri: string };
			expect(items[0]?.json).toMatchObject({ name, mime_type: 'text/plain' });
			expect(file_uri).toBe(`workspace://${id}#text/plain`);
			const down = await run({ operation: 'download', fileId: rl(file_uri) });
			expect(down.error).toBeUndefined();
			const binary = down.items[0]?.binary?.data;
			expect(Buffer.from(binary?.data ?? '', 'base64').toString()).toBe(`content of ${name}`);
			expect(binary).toMatchObject({ fileName: name, mimeType: 'text/plain' });
			expect(down.items[0]?.json).toMatchObject({ id, name, mime_type: 'text/plain' });
		},
	);

	it('keeps only the last part of a name, and uploads text', async () => {
		const { items } = await run({
			operation: 'upload',
			source: 'text',
			text: 'Grüße',
			fileName: 'folder\\sub/minutes.md',
		});
		expect(items[0]?.json).toMatchObject({ name: 'minutes.md', size_bytes: 7 });
	});

	it.each([
		[undefined, 'application/pdf', 'file.pdf'],
		['minutes', 'text/csv', 'minutes.csv'],
	])('gives a file %s without an ending that of its type %s', async (fileName, mimeType, name) => {
		const data = { data: Buffer.from('x').toString('base64'), mimeType, fileName };
		const { items } = await run({ operation: 'upload' }, [{ json: {}, binary: { data } }]);
		expect(items[0]?.json).toMatchObject({ name, mime_type: mimeType });
	});

	it('uploads an empty file', async () => {
		const { items, error } = await upload('empty.txt', '');
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ size_bytes: 0 });
	});

	it('gives no key to the host that files come from', async () => {
		const { id } = stage.account.addFile('secret.txt', 'x');
		const before = stage.emulator.downloadRequests.length;
		await run({ operation: 'download', fileId: rl(id) });
		const requests = stage.emulator.downloadRequests.slice(before);
		expect(requests).toHaveLength(1);
		const headers = JSON.stringify(requests[0]?.headers);
		expect(headers).not.toContain(stage.key);
		expect(Object.keys(requests[0]?.headers ?? {})).not.toContain('x-api-key');
		expect(Object.keys(requests[0]?.headers ?? {})).not.toContain('authorization');
	});

	it('downloads from servers that do not redirect', async () => {
		const { id } = stage.account.addFile('direct.csv', 'a,b');
		stage.emulator.mode.downloads = 'stream';
		const { items } = await run({ operation: 'download', fileId: rl(id) });
		stage.emulator.mode.downloads = 'redirect';
		expect(items[0]?.binary?.data).toMatchObject({ fileName: 'direct.csv', mimeType: 'text/csv' });
	});

	describe('from another host', () => {
		afterEach(() => {
			stage.emulator.mode.signedNames = 'header';
		});

		it.each(['header', 'address'] as const)('names files by the %s', async (signedNames) => {
			const name = `Übersicht 漢字 100% ${signedNames}.csv`;
			const { id } = stage.account.addFile(name, 'a,b');
			stage.emulator.mode.signedNames = signedNames;
			const { items, error } = await run({ operation: 'download', fileId: rl(id) });
			expect(error).toBeUndefined();
			expect(items[0]?.binary?.data).toMatchObject({ fileName: name, mimeType: 'text/csv' });
		});
	});

	it('asks for a new address when the first one is refused, and says so when all are', async () => {
		const { id } = stage.account.addFile('late.txt', 'late');
		const fault = { path: /^\/signed\//, kind: { html: 403 } };
		stage.emulator.faults.add(fault);
		expect((await run({ operation: 'download', fileId: rl(id) })).error).toBeUndefined();
		stage.emulator.faults.add({ ...fault, times: 9 });
		const { error } = await run({ operation: 'download', fileId: rl(id) });
		expect(error?.message).toContain('could not be fetched from localhost');
		expect(error?.message).toContain('403');
	});

	it('fails, renames or replaces when the name is taken', async () => {
		await upload('taken.txt', 'one');
		const first = stored('taken.txt');
		const failed = await upload('taken.txt', 'two');
		expect(failed.error?.message).toBe("A file named 'taken.txt' exists in AutoGPT");
		expect(failed.error?.description).toContain('If File Exists');
		const renamed = await upload('taken.txt', 'two', { ifFileExists: 'rename' });
		expect(renamed.items[0]?.json).toMatchObject({ name: 'taken (2).txt' });
		const again = await upload('taken.txt', 'three', { ifFileExists: 'rename' });
		expect(again.items[0]?.json).toMatchObject({ name: 'taken (3).txt' });
		const replaced = await upload('taken.txt', 'four!', { ifFileExists: 'replace' });
		expect(replaced.items[0]?.json).toMatchObject({ name: 'taken.txt', size_bytes: 5 });
		expect(replaced.items[0]?.json.id).not.toBe(first?.id);
	});

	it('lists, filters, reads and deletes', async () => {
		const { id } = stage.account.addFile('Quarter.pdf', 'pdf');
		const found = await run({ operation: 'getMany', filters: { name: 'quarter' } });
		expect(found.items.map(({ json }) => json.id)).toEqual([id]);
		expect((await run({ operation: 'getMany', limit: 2 })).items).toHaveLength(2);
		const got = await run({ operation: 'get', fileId: rl(id) });
		expect(got.items[0]?.json).toMatchObject({
			id,
			name: 'Quarter.pdf',
			file_uri: `workspace://${id}#application/pdf`,
		});
		const deleted = await run({ operation: 'delete', fileId: rl(id) });
		expect(deleted.items[0]?.json).toEqual({ deleted: true, id });
		expect(stored('Quarter.pdf')).toBeUndefined();
	});

	it.each(['get', 'delete', 'download'])(
		'names a file that is not there: %s',
		async (operation) => {
			const { error } = await run({ operation, fileId: rl('nowhere') });
			expect(error?.message).toBe("The file 'nowhere' was not found");
		},
	);

	it.each([
		['get', 'READ_FILES'],
		['getMany', 'READ_FILES'],
		['download', 'READ_FILES'],
		['delete', 'WRITE_FILES'],
		['upload', 'WRITE_FILES'],
	])('names the permission that %s needs', async (operation, scope) => {
		const key = stage.account.createKey({ scopes: ['IDENTITY'] });
		const { error } = await run({ operation, fileId: rl('x') }, withFile('no.txt', 'x'), key);
		expect(error?.message).toContain(scope);
	});

	it('says which field lacks binary data, on the item it belongs to', async () => {
		const { items } = await stage.run(
			{ resource: 'file', operation: 'upload', binaryPropertyName: 'photo' },
			{ items: withFile('a.txt', 'a'), settings: { onError: 'continueRegularOutput' } },
		);
		const { message, description } = failureOf(items[0]);
		expect(message).toBe("The item has no binary data in the field 'photo'");
		expect(description).toContain("The item has the binary field 'data'.");
		const without = await stage.run(
			{ resource: 'file', operation: 'upload' },
			{ items: [{ json: {} }], settings: { onError: 'continueRegularOutput' } },
		);
		expect(failureOf(without.items[0]).description).toContain('The item has no binary field');
		const { data } = withFile('a.txt', 'a')[0]?.binary ?? {};
		const two = await stage.run(
			{ resource: 'file', operation: 'upload', binaryPropertyName: 'photo' },
			{ items: [{ json: {}, binary: { scan: data!, '<b>': data! } }] },
		);
		expect(two.error?.description).toContain("the binary fields 'scan', '< b>'.");
	});

	it('attaches the files among the outputs of a run', async () => {
		const { agentId } = stage.account.createAgent(fileAgent);
		const { file_uri } = stage.account.addFile('letter.txt', 'Dear Ada');
		const { items, error } = await stage.run(
			runAndWait(agentId, { document: file_uri }, { downloadFiles: true }),
		);
		expect(error).toBeUndefined();
		const copy = items[0]?.binary?.copy;
		expect(Buffer.from(copy?.data ?? '', 'base64').toString()).toBe('Dear Ada');
		const key = stage.account.createKey({ scopes: ['RUN_AGENT', 'READ_RUN', 'READ_LIBRARY'] });
		const refused = await stage.run(
			runAndWait(agentId, { document: file_uri }, { downloadFiles: true }),
			{ key },
		);
		expect(refused.error?.message).toContain('READ_FILES');
		expect(refused.error?.description).toContain('Run > Get returns its outputs');
	});

	it('attaches files within objects and lists, named by their path', async () => {
		const { agentId } = stage.account.createAgent(echoAgent);
		const [a = '', b = '', c = ''] = ['A', 'B', 'C'].map(
			(text) => stage.account.addFile(`${text}.txt`, text).file_uri,
		);
		const value = {
			pdf: a,
			pages: [b, c],
			rows: [{ image: a }, { note: 'none' }, { image: b.replace(/#.*/, ''), deep: { x: [c] } }],
			text: `see ${a}`,
		};
		const contents = async (options: INodeParameters) => {
			const parameters = runAndWait(agentId, { value }, { downloadFiles: true, ...options });
			const { items, error } = await stage.run(parameters);
			expect(error).toBeUndefined();
			const binary = Object.entries(items[0]?.binary ?? {});
			return Object.fromEntries(
				binary.map(([name, { data }]) => [name, Buffer.from(data, 'base64').toString()]),
			);
		};
		const expected = {
			echo_pdf: 'A',
			echo_pages: 'B',
			echo_pages_2: 'C',
			echo_rows_0_image: 'A',
			echo_rows_2_image: 'B',
			echo_rows_2_deep_x: 'C',
		};
		expect(await contents({})).toEqual(expected);
		expect(await contents({ output: 'itemPerValue' })).toEqual(expected);
	});

	it('streams files that n8n keeps on disk, both ways', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-autogpt-binary-'));
		const service = Container.get(BinaryDataService);
		Object.assign(Container.get(BinaryDataConfig), {
			mode: 'filesystem',
			availableModes: ['filesystem'],
			localStoragePath: folder,
		});
		await service.init();
		const content = randomBytes(20 * 1024 * 1024);
		const binary = await service.store(
			{ type: 'execution', workflowId: 'workflow-1', executionId: 'execution-1' },
			Readable.from([content]),
			{ data: '', mimeType: 'application/zip', fileName: 'large.zip' },
		);
		expect(binary.id).toBeDefined();
		const up = await run({ operation: 'upload' }, [{ json: {}, binary: { data: binary } }]);
		expect(up.error).toBeUndefined();
		const file = stored('large.zip');
		expect(file).toMatchObject({ sha256: sha256(content), sizeBytes: content.length });
		const down = await run({ operation: 'download', fileId: rl(file?.id ?? '') });
		expect(down.error).toBeUndefined();
		expect(down.items[0]?.json).toMatchObject({ size_bytes: content.length });
		const back = await service.getAsBuffer(down.items[0]?.binary?.data ?? binary);
		expect(sha256(back)).toBe(sha256(content));
		rmSync(folder, { recursive: true, force: true });
	});
});
