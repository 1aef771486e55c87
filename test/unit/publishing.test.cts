import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
	version: string;
};

/** A copy of what npm reads of this package, so that nothing here is touched or published. */
function copyOfPackage(): string {
	const folder = mkdtempSync(join(tmpdir(), 'autogpt-publish-'));
	for (const name of ['package.json', 'package-lock.json', '.npmrc', 'CHANGELOG.md', 'README.md']) {
		cpSync(join(root, name), join(folder, name));
	}
	return folder;
}

let folder: string;
beforeEach(() => {
	folder = copyOfPackage();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm publish', () => {
	/** A registry that takes everything, and what it was sent. */
	let registry: Server;
	let requests: string[];

	beforeEach(async () => {
		requests = [];
		registry = createServer((request, response) => {
			requests.push(request.method ?? '');
			request.resume().on('end', () => {
				const status = request.method === 'PUT' ? 201 : 404;
				response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
			});
		});
		await once(registry.listen(0, '127.0.0.1'), 'listening');
	});
	afterEach(() => registry.close());

	async function publish(options: string[] = [], environment: NodeJS.ProcessEnv = {}) {
		const address = registry.address();
		if (!address || typeof address === 'string') throw new Error('The registry does not listen.');
		const host = `127.0.0.1:${address.port}`;
		const npm = spawn(
			'npm',
			['publish', `--registry=http://${host}/`, `--//${host}/:_authToken=token`, ...options],
			{
				cwd: folder,
				env: { PATH: process.env.PATH, HOME: folder, ...environment },
				stdio: ['ignore', 'ignore', 'pipe'],
			},
		);
		let text = '';
		npm.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		const [code] = (await once(npm, 'close')) as [number];
		return { code, text, published: requests.includes('PUT') };
	}

	it('is refused by hand, though npm runs no scripts here that could refuse it', async () => {
		const { code, text, published } = await publish();
		expect(published).toBe(false);
		expect(code).not.toBe(0);
		expect(text).toContain('provenance generation not supported');
	});

	it('is refused by hand for a tarball, too', async () => {
		const { stdout } = spawnSync('npm', ['pack', '--json'], { cwd: folder, encoding: 'utf8' });
		const [tarball] = Object.values(JSON.parse(stdout) as Array<{ filename: string }>);
		const { code, published } = await publish([`./${tarball?.filename}`]);
		expect(published).toBe(false);
		expect(code).not.toBe(0);
	});

	it('is refused to a job of GitHub Actions without an identity token', async () => {
		const { code, text, published } = await publish([], { GITHUB_ACTIONS: 'true' });
		expect(published).toBe(false);
		expect(code).not.toBe(0);
		expect(text).toContain('id-token');
	});

	it('reaches this registry otherwise, so that the refusals above are no accident', async () => {
		expect(await publish(['--no-provenance'])).toMatchObject({ code: 0, published: true });
	});
});

describe('The check of a release', () => {
	function check(...tag: string[]) {
		const script = join(root, 'scripts/check-release.cts');
		const options = ['--require', require.resolve('tsx/cjs'), script, ...tag];
		return spawnSync(process.execPath, options, { cwd: folder, encoding: 'utf8' });
	}

	function addToChangelog(line: string) {
		writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n${line}\n\n### Fixed\n`);
	}

	function fillInOwner() {
		const file = join(folder, 'package.json');
		const text = readFileSync(file, 'utf8');
		writeFileSync(file, text.replace(/"email": "[^"]+"/, '"email": "ada@lovelace.dev"'));
	}

	it('refuses a package whose owner has not filled in who they are', () => {
		addToChangelog(`## [${version}] - 2026-11-26`);
		const { status, stderr } = check(version);
		expect(status).toBe(1);
		expect(stderr).toContain('The author in package.json is a placeholder');
	});

	it('takes a tag that is the version and has its section in the changelog', () => {
		fillInOwner();
		addToChangelog(`## [${version}] - 2026-11-26`);
		expect(check(version)).toMatchObject({ status: 0, stderr: '' });
	});

	it('refuses a tag that is not the version, and names both files that have it', () => {
		addToChangelog('## [99.0.0] - 2026-11-26');
		const { status, stderr } = check('99.0.0');
		expect(status).toBe(1);
		expect(stderr).toContain(`package.json has the version ${version}`);
		expect(stderr).toContain(`package-lock.json has the version ${version}`);
		expect(stderr).not.toContain('CHANGELOG');
	});

	it('refuses a version that the changelog does not have, or has without a date', () => {
		addToChangelog(`## [${version}]`);
		const { status, stderr } = check(version);
		expect(status).toBe(1);
		expect(stderr).toContain(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`);
	});

	it('asks for a tag', () => {
		expect(check()).toMatchObject({ status: 1 });
	});
});
