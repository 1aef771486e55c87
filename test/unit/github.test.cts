import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { N8N_VERSION, N8N_VERSIONS, OLDEST_N8N_VERSION } from '../host/paths.cts';
import { AREAS } from '../mutation/areas.cts';

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
	strategy?: { matrix: { version?: string[]; area?: string[] } };
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

	it.each(files)('%s leaves no key to the repository in what it checks out', (name) => {
		const steps = Object.values(workflow(name).jobs).flatMap((job) => job.steps ?? []);
		const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
		for (const { with: options } of checkouts) {
			expect(options).toMatchObject({ 'persist-credentials': false });
		}
	});

	it.each(files)('%s gives an identity token to nobody but the job that publishes', (name) => {
		const { permissions, jobs } = workflow(name);
		const all = Object.entries(jobs).map(([job, { permissions: own }]) => [
			job,
			own ?? permissions,
		]);
		const written = all.filter(([, own]) => Object.values(own as object).includes('write'));
		const expected = name === 'publish.yml' ? [['publish', { 'id-token': 'write' }]] : [];
		expect(written).toEqual(expected);
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
		for (const name of ['package.json', 'package-lock.json', '.npmrc', 'versions/**']) {
			expect(cache?.with?.key).toContain(`'test/host/${name}'`);
		}
	});
});

test('The versions of n8n that a pull request does not try are tried every night', () => {
	const { jobs } = workflow('versions.yml');
	const others = N8N_VERSIONS.filter(
		(version) => version !== N8N_VERSION && version !== OLDEST_N8N_VERSION,
	);
	expect(jobs.versions?.strategy?.matrix.version).toEqual(others);
	expect(commands(jobs.versions)).toContain('npm run test:versions -- ${{ matrix.version }}');
});

describe('The nightly mutations', () => {
	const { on, jobs } = workflow('mutation.yml');

	it('are made in each area, and in no pull request', () => {
		expect(Object.keys(on)).toEqual(['schedule', 'workflow_dispatch']);
		expect(jobs.mutation?.strategy?.matrix.area).toEqual(AREAS.map(({ name }) => name));
		expect(commands(jobs.mutation)).toContain('npm run test:mutation -- ${{ matrix.area }}');
	});

	it('plant all faults, too', () => {
		expect(commands(jobs.planted)).toContain('npm run test:planted');
	});

	it.each(AREAS)('name files and suites that there are: $name', ({ files, suites }) => {
		const missing = files.filter((file) => !existsSync(join(root, file)));
		const tests = suites.filter((suite) =>
			['ts', 'cts'].every((ending) => !existsSync(join(root, 'test', `${suite}.test.${ending}`))),
		);
		expect([missing, tests]).toEqual([[], []]);
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

	it('publishes the file that was checked, which no other step has changed', () => {
		const step = (job: Job | undefined, action: string) =>
			job?.steps?.find(({ uses }) => uses?.startsWith(`${action}@`));
		const packed = step(jobs.package, 'actions/upload-artifact');
		expect(packed?.with).toMatchObject({ name: 'packed', path: 'packed/*.tgz' });
		expect(packed?.with?.['if-no-files-found']).toBe('error');
		expect(jobs.package?.steps?.at(-1)).toBe(packed);
		const fetched = step(jobs.publish, 'actions/download-artifact');
		expect(fetched?.with).toEqual({ name: 'packed' });
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
		const withSecret = steps.filter((step) => JSON.stringify(step).includes('secrets.'));
		expect(withSecret).toEqual([steps.at(-1)]);
		expect(read('publish.yml').match(/secrets\./g)).toHaveLength(1);
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

describe('Updates of dependencies', () => {
	const manifest = (name: string) =>
		JSON.parse(readFileSync(join(root, name), 'utf8')) as Record<string, Record<string, string>>;

	it('cover both package.json files and the actions', () => {
		const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as {
			updates: Array<{ 'package-ecosystem': string; directories?: string[]; groups: object }>;
		};
		const covered = updates.map((one) => [one['package-ecosystem'], one.directories ?? []]);
		expect(covered).toEqual([
			['npm', ['/', '/test/host']],
			['github-actions', []],
		]);
		for (const { groups } of updates) expect(Object.keys(groups)).not.toEqual([]);
	});

	it('are the only way to another version: all are pinned', () => {
		const pins = ['package.json', 'test/host/package.json'].flatMap((name) => {
			const { devDependencies, dependencies, optionalDependencies, overrides } = manifest(name);
			return Object.entries({
				...devDependencies,
				...dependencies,
				...optionalDependencies,
				...overrides,
			});
		});
		expect(pins.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
	});

	it('take n8n and its engine in one release', () => {
		const minor = (version?: string) => version?.split('.').slice(0, 2).join('.');
		const { devDependencies } = manifest('package.json');
		const n8n = manifest('test/host/package.json').dependencies?.n8n;
		expect(n8n).toBe(N8N_VERSION);
		expect(minor(devDependencies?.['n8n-core'])).toBe(minor(n8n));
		expect(minor(devDependencies?.['n8n-workflow'])).toBe(minor(n8n));
	});
});

describe('Issue forms', () => {
	const forms = join(root, '.github', 'ISSUE_TEMPLATE');

	interface Form {
		name: string;
		description: string;
		body: Array<{ id?: string; type: string; validations?: { required?: boolean } }>;
	}
	const form = (name: string) => parse(readFileSync(join(forms, name), 'utf8')) as Form;

	it.each(['bug.yml', 'feature.yml', 'question.yml'])('%s is one that GitHub takes', (name) => {
		const { body, ...head } = form(name);
		expect(head.name).toBeTruthy();
		expect(head.description).toBeTruthy();
		const ids = body.flatMap(({ id }) => id ?? []);
		expect(new Set(ids).size).toBe(ids.length);
		const known = ['markdown', 'textarea', 'input', 'dropdown', 'checkboxes'];
		expect(
			body.filter(({ type, id }) => !known.includes(type) || (type !== 'markdown' && !id)),
		).toEqual([]);
	});

	it('ask of a bug which versions it is of', () => {
		const required = form('bug.yml').body.flatMap(({ id, validations }) =>
			validations?.required ? (id ?? []) : [],
		);
		expect(required).toEqual(expect.arrayContaining(['n8n', 'autogpt', 'package']));
	});

	it('send a vulnerability to the private report that SECURITY.md names', () => {
		const { blank_issues_enabled, contact_links } = parse(
			readFileSync(join(forms, 'config.yml'), 'utf8'),
		) as { blank_issues_enabled: boolean; contact_links: Array<{ url: string }> };
		expect(blank_issues_enabled).toBe(false);
		const [report] = contact_links;
		expect(report?.url).toMatch(/\/security\/advisories\/new$/);
		expect(readFileSync(join(root, 'SECURITY.md'), 'utf8')).toContain(`(${report?.url})`);
	});
});
