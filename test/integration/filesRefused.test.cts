import type { INodeParameters } from 'n8n-workflow';

import { failureOf, setStage, type Stage } from '../harness/account.cts';
import { envelope } from '../emulator/errors.cts';
import { rl } from '../harness/locator.cts';

describe('An upload that AutoGPT does not take', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	afterEach(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const upload = async (
		name: string,
		content: string,
		parameters: INodeParameters = {},
		key = '',
	) =>
		await stage.run(
			{
				resource: 'file',
				operation: 'upload',
				source: 'text',
				fileName: name,
				text: content,
				...parameters,
			},
			{ key: key || undefined },
		);

	const stored = () => stage.account.files().map(({ name }) => name);
	const uploads = () =>
		stage.emulator.requests.filter(({ path }) => path.includes('/files/upload')).length;

	it.each(['={{ null }}', '={{ undefined }}'])(
		'has no text, not even an empty one: %s',
		async (text) => {
			const { error } = await upload('a.txt', text);
			expect(error?.message).toBe("'Text' is empty");
			expect(error?.description).toContain('expression');
			expect(uploads()).toBe(0);
			expect((await upload('a.txt', '={{ "" }}')).items[0]?.json).toMatchObject({ size_bytes: 0 });
		},
	);

	it('is larger than one file may be', async () => {
		stage.emulator.mode.fileCapBytes = 10;
		const { error } = await upload('large.txt', 'more than ten bytes');
		expect(error?.message).toBe(
			"File 'large.txt' is larger than AutoGPT takes, or its storage is full",
		);
		expect(error?.description).toMatch(
			/^AutoGPT said: File exceeds the size limit\. Nothing was stored\./,
		);
		expect(error?.description).toContain('File > Delete');
		expect(stored()).toEqual([]);
	});

	it('finds the storage full, and fits once there is room', async () => {
		stage.emulator.mode.fileQuotaBytes = 10;
		await upload('first.txt', '12345');
		const { error } = await upload('second.txt', '1234567');
		expect(error?.message).toContain("File 'second.txt'");
		expect(error?.description).toMatch(/^AutoGPT said: Storage quota exceeded\. /);
		const fileId = rl(stage.account.files()[0]?.id ?? '');
		await stage.run({ resource: 'file', operation: 'delete', fileId });
		expect((await upload('second.txt', '1234567')).error).toBeUndefined();
		expect(stored()).toContain('second.txt');
	});

	it('has a virus', async () => {
		const { error } = await upload('infected.txt', 'EICAR');
		expect(error?.message).toContain('A virus was found');
		expect(error?.message).toContain("'infected.txt'");
		expect(error?.description).toContain('Nothing was stored');
		expect(stored()).toEqual([]);
	});

	it('has a name that is taken', async () => {
		await upload('taken.txt', 'one');
		const { error } = await upload('taken.txt', 'two');
		expect(error?.message).toBe("A file named 'taken.txt' exists in AutoGPT");
		expect(error?.description).toContain("'Replace' or 'Rename' under 'If File Exists'");
		expect(stored()).toEqual(['taken.txt']);
	});

	it('meets a virus scanner that is down, and can be repeated', async () => {
		stage.emulator.mode.virusScanner = 'down';
		const { error } = await upload('clean.txt', 'clean');
		expect(error?.message).toBe(
			"File 'clean.txt' was not stored. AutoGPT could not carry out the request (status 500)",
		);
		expect(error?.description).toContain('virus scanner or its storage is down');
		expect(error?.description).toContain('can be uploaded again');
		expect(error?.failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(uploads()).toBe(1);
		stage.emulator.mode.virusScanner = 'up';
		expect((await upload('clean.txt', 'clean')).error).toBeUndefined();
		expect(stored()).toEqual(['clean.txt']);
	});

	it('meets a server that is not available', async () => {
		stage.emulator.faults.add({ path: /upload/, kind: { status: 503 } });
		const { error } = await upload('a.txt', 'a');
		expect(error?.message).toContain("File 'a.txt' was not stored.");
		expect(error?.message).toContain('503');
		expect(uploads()).toBe(1);
	});

	it.each([
		['a proxy that gave up', { html: 504 }],
		['a lost request', { before: 'drop' }],
	] as const)('is not certain after %s', async (_, kind) => {
		stage.emulator.faults.add({ path: /upload/, kind });
		const { error } = await upload('a.txt', 'a');
		expect(error?.message).toContain("Whether file 'a.txt' was stored is not certain.");
		expect(error?.description).toContain('File > Get Many');
		expect(uploads()).toBe(1);
	});

	it.each([
		['its answer was lost', { after: 'drop' }],
		['the connection ended within its answer', { truncated: 201 }],
		['half of its answer came', { halved: 201 }],
		['a fault was reported all the same', { handledStatus: 500 }],
	] as const)('is found when %s', async (_, kind) => {
		stage.emulator.faults.add({ path: /upload/, kind });
		const { items, error } = await upload('there.txt', 'here');
		expect(error).toBeUndefined();
		expect(items[0]?.json.id).toBe(stage.account.files()[0]?.id);
		expect(uploads()).toBe(1);
	});

	it('cannot be looked for without the permission', async () => {
		stage.emulator.faults.add({ path: /upload/, kind: { handledStatus: 500 } });
		const key = stage.account.createKey({ scopes: ['WRITE_FILES'] });
		const { error } = await upload('blind.txt', 'x', {}, key);
		expect(error?.message).toContain("Whether file 'blind.txt' was stored is not certain.");
		expect(error?.description).toContain('READ_FILES');
	});

	it('waits for its own limit', async () => {
		stage.emulator.faults.add({
			path: /upload/,
			kind: {
				status: 429,
				headers: { 'Retry-After': '200', 'X-RateLimit-Limit': '20' },
				body: envelope(429, 'Slow down'),
			},
		});
		const { items } = await stage.run(
			{ resource: 'file', operation: 'upload', source: 'text', fileName: 'a.txt', text: 'a' },
			{ settings: { onError: 'continueRegularOutput' } },
		);
		const { message, description, status } = failureOf(items[0]);
		expect(status).toBe(429);
		expect(message).toContain("File 'a.txt' was not uploaded.");
		expect(message).toContain('200 seconds');
		expect(description).toContain('20 uploads in five minutes');
		// As something that passes, so that Retry On Fail helps.
		expect(items[0]?.json.error).toBe(message);
	});
});
