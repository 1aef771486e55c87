import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INodeParameters } from 'n8n-workflow';

import { setStage, type Stage } from '../harness/account.cts';

/** What a web site answers, by path. */
const pages: Record<string, (response: ServerResponse) => void> = {
	'/docs/minutes%20of%20Monday.txt': (response) => response.end('Hello'),
	'/named': (response) =>
		response
			.setHeader('Content-Disposition', "attachment; filename*=UTF-8''Bericht%20Z%C3%BCrich.pdf")
			.end('pdf'),
	'/report': (response) =>
		response.setHeader('Content-Type', 'text/csv; charset=utf-8').end('a,b\n'),
	'/pieces.txt': (response) => {
		response.write('one');
		response.end('two');
	},
	'/moved': (response) => response.writeHead(302, { Location: '/report' }).end(),
	'/broken.txt': (response) => {
		response.writeHead(200, { 'Content-Length': '100' });
		response.write('half');
		setTimeout(() => response.destroy(), 20);
	},
};

describe('File from a URL', () => {
	let stage: Stage;
	let site: Server;
	let base: string;

	beforeAll(async () => {
		stage = await setStage();
		site = createServer((request, response) => {
			const [path = ''] = (request.url ?? '').split('?');
			const page = pages[path];
			if (page) page(response);
			else response.writeHead(404).end('<html>Nothing here</html>');
		});
		await new Promise<void>((ready) => site.listen(0, '127.0.0.1', ready));
		base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
	});

	afterAll(async () => {
		site.close();
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const fromUrl = async (url: string, parameters: INodeParameters = {}) =>
		await stage.run({ resource: 'file', operation: 'upload', source: 'url', url, ...parameters });

	it.each([
		['/docs/minutes%20of%20Monday.txt', 'minutes of Monday.txt', 5],
		['/named?id=3', 'Bericht Zürich.pdf', 3],
		['/report', 'report.csv', 4],
		['/pieces.txt', 'pieces.txt', 6],
		['/moved', 'moved.csv', 4],
	])('fetches %s and uploads it as %s', async (path, name, size_bytes) => {
		const { items, error } = await fromUrl(base + path);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ name, size_bytes });
		const [last] = stage.emulator.requests.filter(({ path }) => path.includes('upload')).slice(-1);
		expect(Number(last?.headers['content-length'])).toBeGreaterThan(size_bytes);
	});

	it('gives the file the name that the user chose', async () => {
		const { items } = await fromUrl(`${base}/report`, { fileName: 'own name.txt' });
		expect(items[0]?.json).toMatchObject({ name: 'own name.txt', mime_type: 'text/plain' });
	});

	it('says what came instead of the file, and gives no part of the address but its host', async () => {
		const { error } = await fromUrl(`${base}/secret-path?token=secret-token`);
		expect(error?.message).toMatch(/^The file could not be fetched from 127\.0\.0\.1:\d+: .*404$/);
		expect(`${error?.message} ${error?.description}`).not.toContain('secret');
		const broken = await fromUrl(`${base}/broken.txt`);
		expect(broken.error?.message).toMatch(/it broke off$/);
		const silent = await fromUrl('http://127.0.0.1:9/file.txt');
		expect(silent.error?.message).toMatch(/from 127\.0\.0\.1:9: nothing listens there$/);
		expect((await fromUrl('ftp://example.com/a.txt')).error?.message).toBe(
			"'URL' is not a web address",
		);
		expect(stage.account.files().map(({ name }) => name)).not.toContain('broken.txt');
	});
});
