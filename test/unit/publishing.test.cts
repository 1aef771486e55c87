import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..', '..');

interface PublishWorkflow {
	on: { push: { tags: string[] } };
	permissions: Record<string, string>;
	jobs: Record<string, { steps: Array<{ run?: string }> }>;
}

function beforePublish(environment: NodeJS.ProcessEnv) {
	const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
		scripts: Record<string, string>;
	};
	const [command = '', ...options] = (scripts.prepublishOnly ?? '').split(' ');
	const env = { PATH: process.env.PATH, ...environment };
	return spawnSync(command, options, { cwd: root, env, encoding: 'utf8' });
}

describe('Publishing', () => {
	it('is refused by hand, and says what to do', () => {
		const { status, stderr } = beforePublish({});
		expect(status).toBe(1);
		expect(stderr).toContain('push a tag');
	});

	it('goes on in GitHub Actions', () => {
		expect(beforePublish({ GITHUB_ACTIONS: 'true' }).status).toBe(0);
	});

	it('checks first, then publishes with provenance for tags', () => {
		const text = readFileSync(join(root, '.github/workflows/publish.yml'), 'utf8');
		const { on, permissions, jobs } = parse(text) as PublishWorkflow;
		expect(on.push.tags).toEqual(['*.*.*']);
		expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
		const runs = jobs.publish?.steps.flatMap(({ run }) => run ?? []) ?? [];
		expect(runs.filter((run) => run.startsWith('npm'))).toEqual([
			'npm ci',
			'npm run lint',
			'npm test',
			'npm run build',
			'npm publish --provenance --access public',
		]);
	});
});
