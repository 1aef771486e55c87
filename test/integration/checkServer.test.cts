import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

import { OLDER_SERVERS, startEmulator, type Emulator } from '../emulator/index.cts';
import { checkServer } from '../../scripts/check-server.cts';

const ROOT = join(__dirname, '..', '..');
const FINE = 'All that the pack counts on is there.';

describe('check:server', () => {
	let emulator: Emulator;
	let folder: string;

	beforeAll(async () => {
		emulator = await startEmulator({ limits: false });
		folder = mkdtempSync(join(tmpdir(), 'check-server-'));
	});

	beforeEach(() => Object.assign(emulator.mode, { version: 'N' }));

	afterAll(async () => {
		rmSync(folder, { recursive: true });
		await emulator.close();
	});

	it('finds nothing missing on the newest server, and shows it no key', async () => {
		emulator.requests.length = 0;
		const { status, text } = await checkServer(emulator.baseUrl);
		expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining(FINE) });
		expect(text).not.toContain('Operations');
		const [request, ...others] = emulator.requests;
		expect(others).toEqual([]);
		expect(request?.path).toBe('/external-api/v2/openapi.json');
		expect(Object.keys(request?.headers ?? {})).not.toContain('x-api-key');
	});

	it('lists what an older server has and lacks', async () => {
		Object.assign(emulator.mode, OLDER_SERVERS.O3);
		const { status, text } = await checkServer(`${emulator.baseUrl}/`);
		expect(status).toBe(0);
		expect(text).toContain('Operations that the pack does not offer (1):\n  GET /library/presets');
	});

	it('lists what a much older server lacks, and fails', async () => {
		Object.assign(emulator.mode, OLDER_SERVERS.O2);
		const { status, text } = await checkServer(emulator.baseUrl);
		expect(status).toBe(1);
		expect(text).toContain('Operations that are missing (2):');
		for (const line of [
			'  POST /schedules\n',
			'  GET /files\n',
			"  POST /library/agents/{agent_id}/runs\n    lacks the header parameter 'Idempotency-Key'",
			"    lacks the query parameter 'statuses'",
			'    asks for the permission UPLOAD_FILES, not WRITE_FILES',
			"    response: lacks 'id'",
		]) {
			expect(text).toContain(line);
		}
	});

	it('says so where there is no API v2, and where nothing answers', async () => {
		emulator.mode.version = 'none';
		const none = await checkServer(emulator.baseUrl);
		expect(none.status).toBe(2);
		expect(none.text).toContain('this AutoGPT offers API v1 only');
		const nobody = await checkServer('http://127.0.0.1:9/external-api/v2');
		expect(nobody.status).toBe(2);
		expect(nobody.text).toContain('could not be read');
	});

	it('reads a file, as a server generates it', async () => {
		const contract = readFileSync(join(ROOT, 'contract', 'openapi.yaml'), 'utf8');
		const description = parse(contract) as { paths: Record<string, object> };
		const paths = Object.entries(description.paths).map(([path, item]) => [
			`/external-api/v2${path.replaceAll('agent_id', 'library_agent_id')}`,
			item,
		]);
		const file = join(folder, 'openapi.json');
		const json = JSON.stringify({ ...description, paths: Object.fromEntries(paths) as object });
		writeFileSync(file, json);
		expect(await checkServer(file)).toMatchObject({
			status: 0,
			text: expect.stringContaining(FINE),
		});
		writeFileSync(file, json.replaceAll('"cost_cents"', '"cost"'));
		const { status, text } = await checkServer(file);
		expect(status).toBe(1);
		expect(text).toContain("    response: lacks 'items[].cost_cents'");
		writeFileSync(file, '<html>');
		expect(await checkServer(file)).toMatchObject({ status: 2 });
	});

	it('says how it is called, and ends with the status', async () => {
		expect(await checkServer(undefined)).toMatchObject({
			status: 2,
			text: expect.stringContaining('Give the address'),
		});
		const file = join(folder, 'no-description.json');
		writeFileSync(file, '{}');
		const script = join(ROOT, 'scripts', 'check-server.cts');
		const command = promisify(execFile)(process.execPath, ['-r', 'tsx/cjs', script, file], {
			cwd: ROOT,
		});
		await expect(command).rejects.toMatchObject({ code: 2 });
	}, 60_000);
});
