import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { FaultKind } from '../emulator/index.cts';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

const PAGE = '<!doctype html><title>Sign in</title>';
const page: FaultKind = {
	raw: { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: PAGE },
};
const DOWNLOAD = /\/download$/;
const SIGNED = /^\/signed\//;

describe('A download that does not end at the file', () => {
	let stage: Stage;
	let login: Server;
	let loginHost: string;

	beforeAll(async () => {
		stage = await setStage();
		login = createServer((_, response) => {
			response.setHeader('Content-Type', 'text/html').end(PAGE);
		});
		await new Promise<void>((ready) => login.listen(0, '127.0.0.1', ready));
		loginHost = `127.0.0.1:${(login.address() as AddressInfo).port}`;
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => {
		login.close();
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	async function download(name: string) {
		const { id } = stage.account.addFile(name, 'a,b');
		const { items } = await stage.run(
			{ resource: 'file', operation: 'download', fileId: rl(id) },
			{ settings: { onError: 'continueRegularOutput' } },
		);
		return { id, item: items[0] };
	}

	async function failed(path: RegExp, kind: FaultKind) {
		stage.emulator.faults.clear();
		stage.emulator.faults.add({ path, times: Infinity, kind });
		const { id, item } = await download('report.csv');
		expect(item?.binary).toBeUndefined();
		return { id, ...failureOf(item) };
	}

	it.each([
		['of AutoGPT', DOWNLOAD, page],
		['of the host that keeps files', SIGNED, page],
	] as const)('passes no page on as the file: in place %s', async (_, path, kind) => {
		const { id, message, description } = await failed(path, kind);
		expect(message).toContain(`A web page came instead of file '${id}'`);
		expect(description).toContain('login page');
	});

	it('passes no login page on to which it was sent', async () => {
		const redirect = `http://${loginHost}/signin?token=s3cret`;
		const { id, message, description } = await failed(DOWNLOAD, { redirect });
		expect(message).toBe(`A web page came instead of file '${id}' from ${loginHost}`);
		expect(description).not.toContain('s3cret');
	});

	it('says so where everything leads to the login page, too', async () => {
		stage.emulator.faults.add({ path: /\/external-api\//, times: Infinity, kind: page });
		const { item } = await download('report.csv');
		expect(failureOf(item).message).toContain('so this is not the address of the AutoGPT API');
	});

	it.each(['redirect', 'stream'] as const)('keeps a file that is a page: %s', async (downloads) => {
		stage.emulator.mode.downloads = downloads;
		const { item } = await download('page.html');
		stage.emulator.mode.downloads = 'redirect';
		expect(item?.binary?.data).toMatchObject({ fileName: 'page.html', mimeType: 'text/html' });
	});

	it('names the address to put in where AutoGPT has moved', async () => {
		const { baseUrl } = stage.emulator;
		const secure = baseUrl.replace('http:', 'https:');
		const redirect = `${secure}/files/file-1/download`;
		const { message, description } = await failed(DOWNLOAD, { redirect });
		expect(message).toBe(`AutoGPT is not at ${baseUrl} but at ${secure}`);
		expect(description).toContain(`'Base URL' of the credential to ${secure}`);
	});

	it('says why the host that keeps files could not be reached', async () => {
		const refused = await failed(DOWNLOAD, { redirect: 'http://127.0.0.1:9/signed/x?key=s3cret' });
		expect(refused.message).toBe(
			`File '${refused.id}' could not be fetched from 127.0.0.1:9: nothing listens there`,
		);
		const secure = await failed(DOWNLOAD, { redirect: `https://${loginHost}/signed/x?key=s3cret` });
		expect(secure.message).toContain('it does not speak https');
		expect(JSON.stringify([refused, secure])).not.toContain('s3cret');
	});
});
