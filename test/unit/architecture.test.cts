import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';

const ROOT = resolve(__dirname, '../..');
const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);

/** Runs a linter, which fails where it finds something, and reads what it found. */
async function report(tool: string, args: string[], cwd: string): Promise<unknown> {
	const run = promisify(execFile)(bin(tool), args, { cwd, maxBuffer: 10_000_000 });
	const { stdout } = await run.catch((error: { stdout: string }) => error);
	return JSON.parse(stdout);
}

/** A repository that holds nothing but violations, by path. */
async function plant(files: Record<string, string>): Promise<string> {
	const root = await mkdtemp(join(tmpdir(), 'architecture-'));
	for (const folder of ['client', 'nodes', 'credentials']) await mkdir(join(root, folder));
	for (const [path, text] of Object.entries(files)) {
		await mkdir(dirname(join(root, path)), { recursive: true });
		await writeFile(join(root, path), text);
	}
	return root;
}

/** As much of dependency-cruiser's JSON as is needed here. */
interface CruiseResult {
	summary: {
		violations: Array<{ from: string; rule: { name: string } }>;
		ruleSetUsed: { forbidden: Array<{ name: string }> };
	};
}

/** As much of a restriction of ESLint's `no-restricted-syntax` as is needed here. */
interface Restriction {
	selector: string;
	message: string;
}

interface LintConfig {
	rules: { 'no-restricted-syntax': [unknown, ...Restriction[]] };
}

describe('Imports between floors', () => {
	const importing = (from: string) => `import type { A } from '${from}';\nexport type B = A;\n`;
	/** The rule, where the import stands, and what it points to. */
	const planted: Array<[string, string, string]> = [
		['client-floor-compat', 'client/compat/a.ts', 'client/util/b.ts'],
		['client-floor-util', 'client/util/a.ts', 'client/contract/b.ts'],
		['client-floor-contract', 'client/contract/a.ts', 'client/connection/b.ts'],
		['client-floor-connection', 'client/connection/a.ts', 'client/oauth/b.ts'],
		['client-floor-errors', 'client/errors/a.ts', 'client/http/b.ts'],
		['client-floor-oauth', 'client/oauth/a.ts', 'client/process/b.ts'],
		['client-floor-process', 'client/process/a.ts', 'client/http/b.ts'],
		['client-floor-v1', 'client/v1/a.ts', 'client/http/b.ts'],
		['client-floor-http', 'client/http/a.ts', 'client/runs/b.ts'],
		['client-floor-files', 'client/files/a.ts', 'client/runs/b.ts'],
		['client-floor-schedules', 'client/schedules/a.ts', 'client/runs/b.ts'],
		['client-floor-runs', 'client/runs/a.ts', 'client/agents/b.ts'],
		['client-floor-agents', 'client/agents/a.ts', 'client/inputs/b.ts'],
		['client-has-floors', 'client/attic/a.ts', 'client/util/b.ts'],
		['client-knows-no-nodes', 'client/runs/c.ts', 'nodes/shared/b.ts'],
		['credentials-use-the-client-only', 'credentials/a.ts', 'nodes/shared/b.ts'],
		['nodes-use-no-tests', 'nodes/shared/c.ts', 'test/harness/b.ts'],
		['shared-knows-no-node', 'nodes/shared/a.ts', 'nodes/AutoGpt/framework/b.ts'],
		['action-knows-no-other-node', 'nodes/AutoGpt/fields/a.ts', 'nodes/AutoGptTrigger/b.ts'],
		['trigger-knows-no-other-node', 'nodes/AutoGptTrigger/a.ts', 'nodes/AutoGpt/fields/b.ts'],
		['relay-knows-no-other-node', 'nodes/AutoGptOAuthRelay/a.ts', 'nodes/AutoGptTrigger/b.ts'],
		[
			'resources-know-no-other',
			'nodes/AutoGpt/resources/agent/a.ts',
			'nodes/AutoGpt/resources/run/b.ts',
		],
		['framework-knows-no-operation', 'nodes/AutoGpt/framework/a.ts', 'nodes/AutoGpt/fields/b.ts'],
		['fields-know-no-operation', 'nodes/AutoGpt/fields/c.ts', 'nodes/AutoGpt/resources/agent/b.ts'],
		['nothing-left-out', 'nodes/AutoGpt/resources/run/c.operation.ts', 'client/runs/d.ts'],
		['no-cycles', 'client/runs/cycle.ts', 'client/runs/other.ts'],
		['no-cycles', 'client/runs/other.ts', 'client/runs/cycle.ts'],
	];
	/** Rule and file of each violation. */
	let found: string[];
	let rules: string[];
	let root: string;

	beforeAll(async () => {
		const files: Record<string, string> = {};
		for (const [, , to] of planted) files[to] = 'export type A = string;\n';
		for (const [, from, to] of planted) {
			const up = '../'.repeat(from.split('/').length - 1);
			files[from] = importing(`${up}${to.replace(/\.ts$/, '')}`);
		}
		files['credentials/Good.credentials.ts'] = importing('../client/http/good');
		files['client/http/good.ts'] = importing('../util/good');
		files['client/util/good.ts'] = 'export type A = string;\n';
		root = await plant(files);
		const args = ['--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json'];
		const { summary } = (await report(
			'depcruise',
			[...args, 'client', 'nodes', 'credentials'],
			root,
		)) as CruiseResult;
		found = summary.violations.map(({ from, rule }) => `${rule.name} ${from}`);
		rules = summary.ruleSetUsed.forbidden.map(({ name }) => name);
	});

	afterAll(async () => await rm(root, { recursive: true }));

	test.each(planted)('%s: %s must not import %s', (rule, from) => {
		const isFound = found.includes(`${rule} ${from}`);
		// A cycle is reported once, at one of its files.
		const isCycle = rule === 'no-cycles' && found.some((entry) => entry.startsWith(rule));
		expect(isFound || isCycle).toBe(true);
	});

	test('every rule has a violation here', () => {
		expect(new Set(planted.map(([rule]) => rule))).toEqual(new Set(rules));
	});

	test('an import that goes down, of a file that is used, is fine', () => {
		expect(found.filter((entry) => /good/i.test(entry))).toEqual([]);
	});
});

describe('What a part may do', () => {
	const EGRESS = 'client/http only';
	const STATE = 'client/process';
	const COMPAT = 'client/compat';
	const ENDLESS = 'limited()';
	/** A file, its text, and what is said of it; `` when all is well. */
	const planted: Array<[string, string, string]> = [
		['client/runs/a.ts', 'f.helpers.httpRequest({});', EGRESS],
		['client/runs/b.ts', 'helpers.httpRequestWithAuthentication.call(f, t, r);', EGRESS],
		['client/oauth/a.ts', 'f.helpers.refreshOAuth2Token(t);', EGRESS],
		['nodes/AutoGpt/fields/a.ts', "f.helpers['requestWithAuthentication'](t, r);", EGRESS],
		['nodes/AutoGptTrigger/a.ts', 'const { requestOAuth2: ask } = f.helpers; ask();', EGRESS],
		['nodes/shared/a.ts', 'test.helpers.request({});', EGRESS],
		['nodes/shared/d.ts', 'helpers.request({});', EGRESS],
		['nodes/shared/e.ts', 'new WebSocket(url);', EGRESS],
		['credentials/a.ts', "fetch('https://example.org');", EGRESS],
		['client/process/a.ts', 'f.helpers.httpRequest({});', EGRESS],
		['client/http/a.ts', 'f.helpers.httpRequest(limited({}));', ''],
		['client/http/c.ts', 'f.helpers.httpRequest({});', ENDLESS],
		['nodes/shared/credentialProbe.ts', 'test.helpers.request({});', ''],
		['nodes/AutoGpt/resources/file/remoteFile.ts', 'f.helpers.httpRequest(limited({}));', ''],
		['client/http/url.ts', "URL.canParse('https://example.org');", 'readUrl'],
		['client/runs/c.ts', 'let count = 0;', STATE],
		['client/runs/d.ts', 'export let count = 0;', STATE],
		['client/runs/e.ts', 'const runs = new Map();', STATE],
		['nodes/shared/b.ts', 'export const runs = new WeakMap<object, string>();', STATE],
		['nodes/AutoGptTrigger/b.ts', 'const runs: Record<string, string> = {};', STATE],
		['client/http/b.ts', 'const runs: string[] = [];', STATE],
		['client/http/d.ts', 'export const runs: string[] = [];', STATE],
		['client/http/e.ts', 'export const runs: Record<string, string> = {};', STATE],
		['client/agents/a.ts', 'class A { static readonly known = new Set(); }', STATE],
		['client/agents/b.ts', 'class A { static count = 0; }', STATE],
		['client/agents/c.ts', '// eslint-disable-next-line\nlet count = 0;', STATE],
		['client/process/b.ts', 'export const runs = new Map();', ''],
		['client/runs/f.ts', 'const f = () => { let a = 1; const b = new Map([[a, a]]); };', ''],
		['client/runs/g.ts', "const NAMES = ['a']; class A { private runs = new Map(); }", ''],
		['client/runs/h.ts', "import { sleep } from 'n8n-workflow';", COMPAT],
		['nodes/shared/c.ts', "import { sleep as wait, UserError } from 'n8n-workflow';", COMPAT],
		['nodes/AutoGpt/fields/b.ts', 'if (functions.isToolExecution()) f();', COMPAT],
		['nodes/AutoGptTrigger/c.ts', 'functions.getPollBudgetMs();', COMPAT],
		['client/errors/a.ts', 'class A extends NodeApiError {}', COMPAT],
		['client/errors/b.ts', "throw new NodeApiError(node, {}, { message: '' });", COMPAT],
		['client/compat/a.ts', "import { sleep } from 'n8n-workflow';", ''],
		['client/compat/b.ts', 'functions.isToolExecution?.();', ''],
		['client/compat/c.ts', 'f.helpers.httpRequest({});', EGRESS],
		['client/runs/i.ts', "import { sleep } from '../compat/sleep';", ''],
	];
	const CONFIG = join(ROOT, 'test', 'architecture.lint.mjs');
	let messages: Map<string, string[]>;
	let root: string;

	beforeAll(async () => {
		root = await plant(Object.fromEntries(planted.map(([path, text]) => [path, `${text}\n`])));
		const args = ['-c', CONFIG, '--format', 'json'];
		const files = (await report(
			'eslint',
			[...args, 'client', 'nodes', 'credentials'],
			root,
		)) as Array<{ filePath: string; messages: Array<{ message: string }> }>;
		messages = new Map(
			files.map(({ filePath, messages: all }) => [
				filePath.slice(filePath.indexOf(root) + root.length + 1),
				all.map(({ message }) => message),
			]),
		);
	});

	afterAll(async () => await rm(root, { recursive: true }));

	test.each(planted)('%s: %s', (path, _, said) => {
		const expected = said === '' ? [] : expect.arrayContaining([expect.stringContaining(said)]);
		expect(messages.get(path)).toEqual(expected);
	});

	test('every part of every rule has a violation here', async () => {
		// Where nothing is excepted, all of them hold.
		const args = ['-c', CONFIG, '--print-config', 'client/runs/a.ts'];
		const config = (await report('eslint', args, root)) as LintConfig;
		const [, ...rules] = config.rules['no-restricted-syntax'];
		expect(rules.length).toBeGreaterThan(15);
		const linter = new Linter();
		const isFound = (rule: Restriction) =>
			planted.some(([, text, said]) => {
				if (said === '' || !rule.message.includes(said)) return false;
				const [one] = linter.verify(text, {
					languageOptions: { parser: tseslint.parser as Linter.Parser },
					linterOptions: { reportUnusedDisableDirectives: 'off' },
					rules: { 'no-restricted-syntax': ['error', rule] },
				});
				return one?.ruleId === 'no-restricted-syntax';
			});
		const missing = rules.filter((rule) => !isFound(rule));
		expect(missing.map(({ selector }) => selector)).toEqual([]);
	});
});
