import { createHash, randomBytes } from 'node:crypto';
import { fileAgent } from './agents';
import { Client, type ErrorBody } from './client.cts';
import { startEmulator, type Emulator, type Schemas } from './index.cts';

let emulator: Emulator;
let client: Client;

beforeEach(async () => {
	emulator = await startEmulator();
	client = new Client(emulator, emulator.createAccount({ name: 'Ada' }));
});

afterEach(async () => {
	expect(emulator.contractViolations).toEqual([]);
	await emulator.close();
});

function upload(name: string, content: string | Buffer, query = '') {
	const body = new FormData();
	const bytes = new Uint8Array(Buffer.from(content));
	body.append('file', new Blob([bytes], { type: 'text/x-strange' }), name);
	return client.call<Schemas['UploadedFile']>('POST', `/files/upload${query}`, { body });
}

test('check 28: a taken name, overwriting, and the signed address of a download', async () => {
	const first = await upload('folder/notes.txt', 'one');
	expect(first.status).toBe(201);
	expect(first.headers.get('x-ratelimit-limit')).toBe('20');
	expect(first.body).toMatchObject({
		name: 'notes.txt',
		mime_type: 'text/plain',
		size_bytes: 3,
		file_uri: `workspace://${first.body.id}#text/plain`,
	});
	expect((await upload('notes.txt', 'two')).status).toBe(409);
	const second = await upload('notes.txt', 'two', '?overwrite=true');
	expect(second.status).toBe(201);
	expect(second.body.id).not.toBe(first.body.id);
	expect((await client.get(`/files/${first.body.id}`)).status).toBe(404);
	const answer = await client.get(`/files/${second.body.id}/download`);
	expect(answer.status).toBe(302);
	const location = answer.headers.get('location') ?? '';
	expect(location.startsWith(emulator.downloadOrigin)).toBe(true);
	expect(new URL(location).hostname).not.toBe(new URL(emulator.origin).hostname);
	const file = await fetch(location);
	expect(await file.text()).toBe('two');
	expect(file.headers.get('content-disposition')).toBe('attachment; filename="notes.txt"');
	expect(emulator.downloadRequests).toHaveLength(1);
	expect(emulator.downloadRequests[0]?.headers).not.toHaveProperty('x-api-key');
	emulator.clock.advance(301_000);
	expect((await fetch(location)).status).toBe(403);
	const forged = location.replace(/signature=../, 'signature=zz');
	expect((await fetch(forged)).status).toBe(403);
});

test('a server may stream the bytes itself, names beyond ASCII in filename*', async () => {
	emulator.mode.downloads = 'stream';
	const { body } = await upload('Grüße.csv', 'a,b');
	const answer = await client.get(`/files/${body.id}/download`);
	expect(answer.status).toBe(200);
	expect(answer.text).toBe('a,b');
	expect(answer.headers.get('content-type')).toBe('text/csv');
	expect(answer.headers.get('content-length')).toBe('3');
	expect(answer.headers.get('content-disposition')).toBe(
		"attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.csv",
	);
});

test('a large file comes back byte by byte, and leaves nothing behind', async () => {
	const content = randomBytes(20 * 1024 * 1024);
	const { body } = await upload('large.bin', content);
	expect(client.account.files()[0]?.content).toEqual({ path: expect.any(String) as string });
	const answer = await client.get(`/files/${body.id}/download`);
	const file = await fetch(answer.headers.get('location') ?? '');
	const received = createHash('sha256').update(Buffer.from(await file.arrayBuffer()));
	expect(received.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
	expect((await client.call('DELETE', `/files/${body.id}`)).status).toBe(204);
	expect((await client.get(`/files/${body.id}`)).status).toBe(404);
});

test('too large, no room, a virus, a scanner that is down, no file', async () => {
	emulator.mode.fileCapBytes = 10;
	expect((await upload('a.txt', 'x'.repeat(11))).status).toBe(413);
	emulator.mode.fileQuotaBytes = 15;
	expect((await upload('a.txt', 'x'.repeat(10))).status).toBe(201);
	expect((await upload('b.txt', 'x'.repeat(6))).status).toBe(413);
	expect((await upload('c.txt', 'EICAR')).status).toBe(400);
	emulator.mode.virusScanner = 'down';
	expect((await upload('c.txt', 'x')).status).toBe(500);
	const none = await client.call<ErrorBody>('POST', '/files/upload', { body: new FormData() });
	expect(none.status).toBe(422);
	expect(none.body.error.details?.errors?.[0]?.loc).toEqual(['body', 'file']);
	expect((await client.get<Schemas['WorkspaceFilePage']>('/files')).body.total_count).toBe(1);
});

test('an older server answers an upload in another shape', async () => {
	emulator.mode.uploads = 'old';
	const { body } = await upload('a.txt', 'x');
	expect(Object.keys(body).sort()).toEqual([
		'content_type',
		'expires_in_hours',
		'file_name',
		'file_uri',
		'size',
	]);
});

test('an agent takes a file and gives one; a bad reference fails in the block only', async () => {
	const { agentId } = client.account.createAgent(fileAgent);
	const { file_uri } = client.account.addFile('brief.pdf', 'content');
	const run = await client.until(
		client.account.startRun(agentId, { document: file_uri }),
		'COMPLETED',
	);
	const reference = String(run.outputs?.copy?.[0]);
	const id = /^workspace:\/\/([^#]+)#application\/pdf$/.exec(reference)?.[1];
	const copy = await client.get<Schemas['WorkspaceFile']>(`/files/${id}`);
	expect(copy.body).toMatchObject({ name: 'copy of brief.pdf', size_bytes: 7 });
	const bad = await client.start(agentId, { document: 'workspace://gone#text/plain' });
	expect(bad.status).toBe(202);
	const failed = await client.until(bad.body.id, 'COMPLETED');
	expect(failed.outputs).toEqual({});
});
