import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { readPastedJson } from '../../client/util/pastedJson';
import { greetingAgent } from '../emulator/agents';
import { failureOf, runAndWait, setStage, type Stage } from '../harness/account.cts';
import { runNode } from '../harness/engine.cts';

const continues = { onError: 'continueRegularOutput' as const };
const DEPTH = 10_000;
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** A server whose lists go on for ever: each page names another cursor. */
async function startEndless(rows: (page: number) => unknown[]) {
	let pages = 0;
	const server = createServer((_request, response) => {
		pages += 1;
		const body = { items: rows(pages), next_cursor: `c${pages}` };
		response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${port}`,
		pages: () => pages,
		stop: () => server.close(),
	};
}

describe('Odd answers and values', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage();
	});

	afterEach(() => stage.emulator.faults.clear());

	afterAll(async () => await stage.emulator.close());

	it.each<[string, (page: number) => unknown[]]>([
		['without rows', () => []],
		['with the same row', () => [{ id: 'f-1', name: 'Tides' }]],
	])('end a list whose pages go on %s', async (_, rows) => {
		const endless = await startEndless(rows);
		try {
			const { error } = await runNode({
				credential: { apiKey: 'agpt_key', baseUrl: endless.baseUrl },
				parameters: { resource: 'folder', operation: 'getMany', returnAll: true },
			});
			expect(error?.message).toContain('did not end');
			expect(error?.description).toMatch(/AutoGPT|proxy/);
			expect(endless.pages()).toBeLessThan(100);
		} finally {
			endless.stop();
		}
	});

	it.each([true, false])('refuses inputs nested ten thousand times (text: %p)', async (isText) => {
		const { agentId } = stage.account.createAgent(greetingAgent);
		const json = `{"name": ${deep(DEPTH)}}`;
		const { items } = await stage.run(runAndWait(agentId, isText ? json : '={{ $json }}'), {
			settings: continues,
			items: [{ json: isText ? {} : JSON.parse(json) }],
		});
		// n8n itself runs out of its stack where an expression returns such a value.
		expect(failureOf(items[0]).message).toBe(
			isText
				? "'Inputs' has more than 200 lists and objects within each other"
				: 'A value has too many lists and objects within each other',
		);
	});

	it('calls a request that is too large no file, unless it uploads one', async () => {
		const body = { error: { code: 'payload_too_large', message: 'Too large', details: null } };
		stage.emulator.faults.add({ kind: { status: 413, body } });
		const { error } = await stage.run({ resource: 'folder', operation: 'create', name: 'Tides' });
		expect(error?.message).toBe(
			'AutoGPT refused the request, because it is too large (status 413)',
		);
		expect(error?.description).toContain('AutoGPT said: Too large.');
	});

	it('survives an answer that is nested ten thousand times', async () => {
		const body = JSON.parse(`{"items":[{"id":"f-1","name":${deep(2_000)}}],"next_cursor":null}`);
		stage.emulator.faults.add({ kind: { status: 200, body } });
		const { error } = await stage.run({ resource: 'folder', operation: 'getMany' });
		expect(String(error?.message)).not.toMatch(/stack|RangeError/);
	});

	it('reads long texts of JSON without delay', () => {
		const began = performance.now();
		for (const text of [
			`\`\`\`json${' '.repeat(100_000)}x`,
			`a${' '.repeat(100_000)}b`,
			`{${'"a",'.repeat(50_000)}`,
			`[${','.repeat(100_000)}`,
		]) {
			expect(readPastedJson(text)).toHaveProperty('issue');
		}
		expect(performance.now() - began).toBeLessThan(1_000);
	});

	it.each(['```json\n{"a":1}\n```', '```\n{"a":1}```', '\u200b\ufeff {"a":1} '])(
		'reads %j',
		(text) => {
			expect(readPastedJson(text)).toEqual({ json: { a: 1 } });
		},
	);
});
