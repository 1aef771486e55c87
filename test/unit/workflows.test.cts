import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..', '..');
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

interface Step {
	uses?: string;
	run?: string;
	with?: Record<string, unknown>;
	env?: Record<string, string>;
}

interface Job {
	'timeout-minutes'?: number;
	permissions?: Record<string, string>;
	needs?: string[];
	uses?: string;
	steps?: Step[];
}

interface Workflow {
	on: {
		pull_request?: null;
		push?: { branches?: string[]; tags?: string[] };
		pull_request_target?: null;
	};
	permissions: Record<string, string>;
	jobs: Record<string, Job>;
}

const workflow = (name: string) => parse(read(name)) as Workflow;
const commands = (job?: Job) => job?.steps?.flatMap(({ run }) => run ?? []) ?? [];

describe('Every workflow', () => {
	it.each(files)('%s pins each action to a commit, and says which version that is', (name) => {
		const uses = read(name)
			.split('\n')
			.filter((line) => /^\s*(- )?uses:/.test(line))
			.map((line) => line.replace(/^\s*(- )?uses:\s*/, ''));
		expect(uses.length).toBeGreaterThan(0);
		const loose = uses.filter(
			(one) =>
				!one.startsWith('./') && !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one),
		);
		expect(loose).toEqual([]);
	});

	it.each(files)('%s says what it may do, and how long each job may take', (name) => {
		const { on, permissions, jobs } = workflow(name);
		expect(on).not.toHaveProperty('pull_request_target');
		expect(Object.values(permissions).filter((access) => access !== 'read')).toEqual([]);
		for (const job of Object.values(jobs)) {
			if (!job.uses) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
		}
	});
});

describe('The checks of a pull request', () => {
	const { on, jobs } = workflow('checks.yml');
	const job = jobs.checks;

	it('are those of a developer: .ci/run, on the Node of .nvmrc', () => {
		expect(on).toHaveProperty('pull_request');
		expect(on.push).toEqual({ branches: ['main'] });
		expect(commands(job)).toContain('.ci/run');
		const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
			engines: { node: string };
		};
		const major = readFileSync(join(root, '.nvmrc'), 'utf8').trim();
		expect(engines.node).toMatch(new RegExp(`^>=${major}\\.`));
	});

	it('keep the n8n that they install, by all that decides what is installed', () => {
		const cache = job?.steps?.find(({ uses }) => uses?.startsWith('actions/cache@'));
		expect(cache?.with?.path).toBe('~/.cache/n8n-nodes-autogpt/n8n-*');
		for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
			expect(cache?.with?.key).toContain(`'test/host/${name}'`);
		}
	});
});

describe('The workflow that publishes', () => {
	const { on, permissions, jobs } = workflow('publish.yml');

	it('runs for tags that are versions', () => {
		expect(on).toEqual({ push: { tags: ['[0-9]+.[0-9]+.[0-9]+'] } });
	});

	it('publishes after all checks, and the tarball that was checked', () => {
		expect(jobs.checks?.uses).toBe('./.github/workflows/checks.yml');
		expect(jobs.publish?.needs).toEqual(['checks', 'package']);
		expect(commands(jobs.package)).toEqual([
			'npm ci',
			'npm run check:release -- "$GITHUB_REF_NAME"',
			'npm run typecheck',
			'npm run generate -- --check',
			'npm run check:package -- --keep packed',
		]);
		expect(commands(jobs.publish).join('\n')).toContain(
			'npm publish ./*.tgz --ignore-scripts --provenance --access public',
		);
	});

	it('gives the identity token and the secret to a job that runs no code of ours', () => {
		expect(permissions).toEqual({});
		const withIdentity = Object.entries(jobs).filter(([, job]) => job.permissions?.['id-token']);
		expect(withIdentity.map(([name]) => name)).toEqual(['publish']);
		expect(jobs.publish?.permissions).toEqual({ 'id-token': 'write' });

		const steps = jobs.publish?.steps ?? [];
		expect(steps.map(({ uses }) => uses?.split('@')[0])).toEqual([
			'actions/setup-node',
			'actions/download-artifact',
			undefined,
		]);
		expect(commands(jobs.publish).join('\n')).not.toMatch(/npm (ci|install|run|test)\b/);
		expect(JSON.stringify([jobs.checks, jobs.package])).not.toContain('secrets.');
	});

	it('takes nothing from a cache', () => {
		for (const { uses, with: options } of [jobs.package, jobs.publish].flatMap(
			(job) => job?.steps ?? [],
		)) {
			expect(uses ?? '').not.toMatch(/^actions\/cache@/);
			if (uses?.startsWith('actions/setup-node@')) {
				expect(options).toMatchObject({ 'package-manager-cache': false });
				expect(options).not.toHaveProperty('cache');
			}
		}
	});
});
