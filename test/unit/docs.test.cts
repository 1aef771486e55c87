import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import * as processState from '../../client/process/processState';
import { EVENTS } from '../../nodes/AutoGptTrigger/events';

const root = join(__dirname, '..', '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

const documents = [
	...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
	...readdirSync(join(root, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
	'examples/README.md',
	'test/host/README.md',
];

const examples = readdirSync(join(root, 'examples'))
	.filter((name) => name.endsWith('.json'))
	.map((name) => name.replace('.json', ''));

/** What the recipes of CONTRIBUTING.md make. */
const MADE_BY_RECIPES = [
	'nodes/AutoGpt/resources/folder/rename.operation.ts',
	'nodes/AutoGpt/__schema__/v1.0.0/folder/rename.json',
	'nodes/AutoGptTrigger/events/folderAdded.ts',
];
const TOP = /^(?:client|nodes|credentials|contract|docs|examples|scripts|test|\.github|\.ci)\//;

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replace(/\s/g, '-');
}

function anchorsOf(name: string): string[] {
	return [...read(name).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

describe.each(documents)('%s', (name) => {
	const text = read(name);

	it('names only files that there are', () => {
		const paths = [...text.matchAll(/`([^`\n]+)`/g)]
			.map(([, path = '']) => path)
			.filter((path) => TOP.test(path) && !/[<*{ ]/.test(path))
			.filter((path) => !MADE_BY_RECIPES.includes(path));
		expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
	});

	it('links only to files and headings that there are', () => {
		const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
			.map(([, link = '']) => link)
			.filter((link) => !/^[a-z]+:/.test(link));
		const broken = links.filter((link) => {
			const [path = '', anchor] = link.split('#');
			const file = path ? relative(root, join(root, dirname(name), path)) : name;
			if (!existsSync(join(root, file))) return true;
			return anchor !== undefined && !anchorsOf(file).includes(anchor);
		});
		expect(broken).toEqual([]);
	});

	it('names only commands that there are', () => {
		const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
		const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, command = '']) => command);
		expect(commands.filter((command) => !(command in scripts))).toEqual([]);
	});
});

describe('The address of the repository', () => {
	const { repository, homepage, bugs } = JSON.parse(read('package.json')) as {
		repository: { url: string };
		homepage: string;
		bugs: { url: string };
	};
	const address = repository.url.replace(/^git\+|\.git$/g, '');

	it('is the same wherever it stands', () => {
		expect(homepage).toBe(`${address}#readme`);
		expect(bugs.url).toBe(`${address}/issues`);
		const files = execFileSync('git', ['grep', '-lE', 'github\\.com/[^/]+/n8n-nodes-autogpt'], {
			cwd: root,
			encoding: 'utf8',
		})
			.trim()
			.split('\n');
		expect(files.length).toBeGreaterThan(5);
		const found = files.flatMap((name) =>
			[...read(name).matchAll(/https:\/\/github\.com\/[\w-]+\/n8n-nodes-autogpt/g)].map(
				([url]) => `${name}: ${url}`,
			),
		);
		expect(found.filter((one) => !one.endsWith(`: ${address}`))).toEqual([]);
	});

	it('leads from the nodes and credentials only to pages and headings that there are', () => {
		const files = execFileSync(
			'git',
			['grep', '-lF', address, '--', 'nodes', 'credentials', 'client'],
			{
				cwd: root,
				encoding: 'utf8',
			},
		)
			.trim()
			.split('\n');
		const links = files.flatMap((name) =>
			[...read(name).matchAll(/https:\/\/github\.com\/[^\s"'`]+/g)].map(([link]) => link),
		);
		expect(links.length).toBeGreaterThan(3);
		const broken = links.filter((link) => {
			const rest = link.slice(address.length);
			const [, path = 'README.md', anchor] =
				/^(?:\/blob\/main\/([^#?]+))?(?:#(.+))?$/.exec(rest) ?? [];
			if (!existsSync(join(root, path))) return true;
			return anchor !== undefined && anchor !== 'readme' && !anchorsOf(path).includes(anchor);
		});
		expect(broken).toEqual([]);
	});
});

describe('docs/trigger.md', () => {
	it('has a row for each event of the trigger', () => {
		const rows = [...read('docs/trigger.md').matchAll(/^\| ([\w ]+) \| `\w+\.\w+`/gm)];
		const reported = rows.map(([, name]) => name).sort();
		expect(reported).toEqual(EVENTS.map(({ option }) => option.name).sort());
	});
});

describe('docs/permissions.md', () => {
	it('says of each event of the trigger what it needs', () => {
		const [, section = ''] = read('docs/permissions.md').split('## Events of the trigger');
		const [table = ''] = section.split('\n## ');
		const rows = [...table.matchAll(/^\| ([\w ,]+) \| .*\(`[A-Z_]+`\)/gm)];
		const reported = rows.flatMap(([, names = '']) => names.split(', ')).sort();
		expect(reported).toEqual(EVENTS.map(({ option }) => option.name).sort());
	});
});

describe('docs/architecture.md', () => {
	const text = read('docs/architecture.md');

	it('lists all state that outlives an execution', () => {
		const kept = Object.keys(processState).filter((name) => name !== 'resetProcessState');
		const rows = [...text.matchAll(/^\| `(\w+)`: /gm)].map(([, name]) => name);
		expect(rows.sort()).toEqual(kept.sort());
	});

	it('says of every folder of the code what it is for', () => {
		const folders = (path: string) =>
			readdirSync(join(root, path), { withFileTypes: true })
				.filter((entry) => entry.isDirectory())
				.map((entry) => entry.name);
		const reported = [...text.matchAll(/^\| `.+$/gm)].join('\n');
		for (const path of ['client', 'nodes', 'nodes/AutoGpt', 'nodes/AutoGptTrigger', 'test']) {
			const missing = folders(path).filter(
				(name) => name !== '__schema__' && !new RegExp(`[\`/]${name}[\`/]`).test(reported),
			);
			expect([path, missing]).toEqual([path, []]);
		}
	});
});

describe('The pictures of the guides', () => {
	const pictures = readdirSync(join(root, 'docs', 'images')).filter((name) =>
		name.endsWith('.png'),
	);
	const guides = documents.map(read).join('\n');
	const specs = readdirSync(join(root, 'test', 'e2e'))
		.map((name) => read(`test/e2e/${name}`))
		.join('\n');

	it.each(pictures)('%s is shown in one, and taken by a test in the editor', (picture) => {
		expect(guides).toContain(`images/${picture})`);
		const name = picture.replace('.png', '');
		const isOfExample = examples.some((example) => name === `example-${example}`);
		if (!isOfExample) expect(specs).toMatch(new RegExp(`guidePicture\\(\\w+, '${name}'\\)`));
	});
});

describe.each(examples)('examples/%s.json', (name) => {
	const text = read(`examples/${name}.json`);

	it('has a picture, and a section in the list of examples', () => {
		const list = read('examples/README.md');
		expect(list).toContain(`(../docs/images/example-${name}.png)`);
		expect(list).toContain(`(${name}.json)`);
	});

	it('says in a note what to set, and holds neither credentials nor data', () => {
		const workflow = JSON.parse(text) as {
			nodes: Array<{ type: string; credentials?: unknown }>;
			pinData?: object;
		};
		const types = workflow.nodes.map(({ type }) => type);
		expect(types).toContain('n8n-nodes-base.stickyNote');
		expect(workflow.nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
		expect(workflow.pinData ?? {}).toEqual({});
	});
});
