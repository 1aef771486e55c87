import { Readable } from 'node:stream';

import { PASSES } from '../../client/errors/platformError';
import { fileIdOf, isFileReference, uploadFile } from '../../client/files/files';
import { refusedUpload, unconfirmedUpload } from '../../client/files/uploadErrors';
import type { AutoGptClient } from '../../client/http/client';
import type { FaultKind } from '../emulator/index.cts';
import { setStage, type Stage } from '../harness/account.cts';
import { failureOfCall, openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(100),
);

const UPLOAD = { method: 'POST', path: /\/files\/upload/ };

let stage: Stage;
let client: AutoGptClient;

beforeEach(async () => {
	stage = await setStage({ mode: { rateLimitHeaders: false } });
	client = await openStageClient(stage);
});

afterEach(async () => {
	expect(stage.emulator.contractViolations).toEqual([]);
	await stage.emulator.close();
});

const upload = async (text = 'what is in it', name = 'a.txt') => {
	const content = Buffer.from(text);
	return await uploadFile(client, { name, mimeType: 'text/plain', size: content.length, content });
};
const fail = (kind: FaultKind) => stage.emulator.faults.add({ ...UPLOAD, kind });
const asked = (path: RegExp) => stage.emulator.requests.filter((each) => path.test(each.path));
const lists = () => asked(/\/files\?/);
const downloads = () => asked(/\/files\/[\w-]+\/download/);

describe('A reference to a file', () => {
	test.each([
		['workspace://abc#text/plain', 'abc'],
		['  workspace://abc#text/plain\n', 'abc'],
		['workspace://abc', 'abc'],
		[' abc ', 'abc'],
	])('%j names %j', (text, id) => {
		expect(fileIdOf(text)).toBe(id);
	});

	test.each(['workspace://abc?x', 'workspace://abc/d', ' workspace://abc', 'abc', 5, null])(
		'is not %j',
		(value) => {
			expect(isFileReference(value)).toBe(false);
		},
	);
});

describe('What answers an upload', () => {
	const uri = 'workspace://from-the-uri#text/plain';

	test('may lack the ID, as that of older servers does', async () => {
		fail({ status: 201, body: { file_uri: uri, file_name: 'a.txt' } });
		expect(await upload()).toMatchObject({ id: 'from-the-uri', name: 'a.txt', file_uri: uri });
	});

	test('has an ID of its own where it names one', async () => {
		fail({ status: 201, body: { id: 'own', name: 'b.txt', file_name: 'a.txt', file_uri: uri } });
		expect(await upload()).toMatchObject({ id: 'own', name: 'b.txt', file_uri: uri });
	});

	test.each<[string, FaultKind, string]>([
		['nothing of the file', { status: 201, body: {} }, "AutoGPT's response lacks file_uri"],
		['a list', { status: 201, body: [] }, "AutoGPT's response lacks file_uri"],
		['a page', { html: 200 }, 'A page that is not JSON came back'],
		['a status of 300', { raw: { status: 300, body: JSON.stringify({ file_uri: uri }) } }, '300'],
	])('is not %s', async (_, kind, message) => {
		fail(kind);
		const error = await failureOfCall(upload());
		expect(error.message).toContain(message);
	});
});

describe('An upload that was lost', () => {
	test('is found by its content', async () => {
		fail({ after: 'drop' });
		const { id, file_uri } = await upload();
		expect(stage.account.files().map((file) => file.id)).toEqual([id]);
		expect(file_uri).toBe(`workspace://${id}#text/plain`);
		expect([asked(UPLOAD.path).length, downloads().length]).toEqual([1, 1]);
	});

	test('is none of other content, size, name or time', async () => {
		const { account, emulator } = stage;
		account.addFile('a.txt', 'what is in it', 'text/plain');
		emulator.clock.advance(61_000);
		await client.call('listRuns', { query: { limit: 1 } });
		account.addFile('a.txt', 'longer than what is in it', 'text/plain');
		account.addFile('b.txt', 'what is in it', 'text/plain');
		fail({ before: 'drop' });
		const error = await failureOfCall(upload());
		expect(error).toMatchObject({ outcome: 'unknown' });
		expect(error.message).toContain("Whether file 'a.txt' was stored is not certain");
		expect(error.description).toContain('It was not among the files of the account');
		// None of them had to be read.
		expect([lists().length, downloads().length]).toEqual([1, 0]);
		account.addFile('a.txt', 'WHAT IS IN IT', 'text/plain');
		fail({ before: 'drop' });
		expect((await failureOfCall(upload())).description).toContain('It was not among the files');
		expect(downloads()).toHaveLength(1);
	});

	test('that was created by a clock somewhat behind is found', async () => {
		stage.account.addFile('a.txt', 'what is in it', 'text/plain');
		stage.emulator.clock.advance(50_000);
		await client.call('listRuns', { query: { limit: 1 } });
		fail({ before: 'drop' });
		expect(await upload()).toMatchObject({ id: stage.account.files()[0]?.id });
	});

	test('is not looked for where not all of it was sent', async () => {
		fail({ before: 'drop' });
		// It never ends.
		const content = new Readable({ read: () => undefined });
		content.push('some of it');
		const file = { name: 'a.txt', mimeType: 'text/plain', size: 1_000_000, content };
		const error = await failureOfCall(uploadFile(client, file));
		expect(error.message).toContain('not certain');
		expect(lists()).toHaveLength(0);
	});

	test('may be one that cannot be read', async () => {
		stage.emulator.mode.downloads = 'stream';
		stage.emulator.faults.add({ path: /\/download/, kind: { truncated: 200 }, times: 9 });
		fail({ after: 'drop' });
		const error = await failureOfCall(upload());
		expect(error.message).toContain('not certain');
		expect(error.description).toMatch(/^Look into the files of AutoGPT before you upload it again/);
		expect(error.description).toContain('READ_FILES');
	});
});

describe('What is said of an upload', () => {
	const reason = (fault: Partial<Parameters<AutoGptClient['error']>[0]>) =>
		client.error({ message: 'It failed', description: 'Said.', outcome: 'refused', ...fault });

	test.each([
		[{ status: 400 }, "It failed (file 'a.txt')", /virus/],
		[{ status: 409 }, "A file named 'a.txt' exists in AutoGPT", /'Replace' or 'Rename'/],
		[{ status: 413 }, "File 'a.txt' is larger than AutoGPT takes, or its storage is full", /^Said/],
		[{ status: 429 }, 'It failed', /^Said\.$/],
		[
			{ status: 429, failure: { cause: 'rate-limited' } },
			"File 'a.txt' was not uploaded. It failed",
			/20 uploads in five minutes/,
		],
		[{ status: 418 }, 'It failed', /^Said\.$/],
	] as const)('where it was refused: %j', (fault, message, description) => {
		const words = refusedUpload(reason(fault), 'a.txt');
		expect(words.message).toBe(message);
		expect(words.description).toMatch(description);
		expect(words).toMatchObject({ status: fault.status, outcome: 'refused' });
		expect(words.failure).toEqual('failure' in fault ? fault.failure : undefined);
	});

	test.each([
		['AutoGPT failed', { status: 500, code: 'x' }, 'missing', /can be uploaded again/, true],
		[
			'it failed, and nothing can be read',
			{ status: 500, code: 'x' },
			'unreadable',
			/^Look into/,
			false,
		],
		[
			'a proxy failed',
			{ status: 500 },
			'missing',
			/may still come\. Look with File > Get Many/,
			false,
		],
		['the connection was lost', {}, 'missing', /may still come.* Said\.$/, false],
		[
			'the answer was odd',
			{ status: 200, code: 'x' },
			'missing',
			/may still come.* Said\.$/,
			false,
		],
		['nothing is known', {}, 'unreadable', /^Look into the files.*READ_FILES.* Said\.$/s, false],
	] as const)('where it is not certain: %s', (_, fault, checked, advice, isNot) => {
		const words = unconfirmedUpload(reason(fault), 'a.txt', checked);
		expect(words.message).toBe(
			isNot
				? "File 'a.txt' was not stored. It failed"
				: "Whether file 'a.txt' was stored is not certain. It failed",
		);
		expect(words.description).toMatch(advice);
		expect(words.description?.includes('Said.')).toBe(!('status' in fault) || fault.status < 500);
		expect(words.outcome).toBe(isNot ? 'refused' : 'unknown');
		expect(words.failure).toEqual(isNot ? PASSES : undefined);
		expect([words.status, words.code]).toEqual([
			'status' in fault ? fault.status : undefined,
			'code' in fault ? fault.code : undefined,
		]);
	});

	test('has no blank at its end where nothing else was said', () => {
		const { description } = unconfirmedUpload(reason({ description: '' }), 'a.txt', 'missing');
		expect(description).toMatch(/again\.$/);
	});
});
