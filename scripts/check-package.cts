/**
 * Builds and packs the package and checks the tarball: only what users need is in it; no other
 * package comes along when it is installed, so that `npm audit` has nothing to find; the rules of
 * n8n's scanner for community packages find nothing in it; and a second build has the same bytes.
 * `--keep FOLDER` leaves the tarball there, so that the one that is published is the one that was
 * checked.
 */
import { execFileSync } from 'node:child_process';
import {
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(__dirname, '..');
const ALLOWED = /^(dist\/.+\.(js|svg|json)|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/;
const MAX_BYTES = 350 * 1024;
const OWN_NAME = 'n8n-nodes-autogpt';

interface Packed {
	filename: string;
	size: number;
	/** Of the bytes of the tarball. */
	shasum: string;
	files: Array<{ path: string }>;
}

interface PackageJson {
	dependencies?: object;
	overrides?: object;
	scripts?: Record<string, string>;
	publishConfig?: { provenance?: boolean };
	n8n: { nodes: string[]; credentials: string[] };
}

const LIFECYCLE = [
	'preinstall',
	'install',
	'postinstall',
	'prepare',
	'prepublish',
	'prepack',
	'postpack',
];

function faultsOf(packed: Packed, manifest: PackageJson): string[] {
	const paths = packed.files.map(({ path }) => path);
	const listed = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
	return [
		...paths.filter((path) => !ALLOWED.test(path)).map((path) => `${path} should not be published`),
		...listed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
		...(packed.size > MAX_BYTES ? [`${packed.size} bytes are more than ${MAX_BYTES}`] : []),
		...(manifest.dependencies ? ['there are runtime dependencies'] : []),
		...(manifest.overrides ? ['there are overrides'] : []),
		...(manifest.publishConfig?.provenance ? [] : ['it could be published without provenance']),
		...LIFECYCLE.filter((name) => manifest.scripts?.[name]).map(
			(name) => `there is a ${name} script`,
		),
	];
}

/**
 * Packages that come along with ours where users install it: each would be one more to trust and to
 * audit.
 */
function broughtAlong(tarball: string, folder: string): string[] {
	mkdirSync(folder);
	writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
	// n8n itself is the only peer.
	const install = ['install', tarball, '--omit=dev', '--omit=peer', '--legacy-peer-deps'];
	execFileSync('npm', [...install, '--ignore-scripts', '--offline', '--no-audit', '--no-fund'], {
		cwd: folder,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const installed = readdirSync(join(folder, 'node_modules'));
	return installed.filter((name) => !name.startsWith('.') && name !== OWN_NAME);
}

/** Builds anew, for old output would be packed as it is, and packs into the folder. */
function pack(folder: string): Packed {
	execFileSync('npm', ['run', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
	const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
		cwd: root,
		encoding: 'utf8',
	});
	const answer = JSON.parse(output) as Packed[] | Record<string, Packed>;
	const packed = Object.values(answer)[0];
	if (!packed) throw new Error('npm packed nothing');
	return packed;
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { keep: { type: 'string' } } });
	const folder = mkdtempSync(join(tmpdir(), 'autogpt-pack-'));
	try {
		const packed = pack(folder);
		const again = pack(mkdtempSync(join(folder, 'again-')));
		const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
		const faults = faultsOf(packed, manifest);
		const others = broughtAlong(join(folder, packed.filename), join(folder, 'installed'));
		if (others.length > 0) faults.push(`these packages come along: ${others.join(', ')}`);
		if (packed.shasum !== again.shasum) faults.push('a second build and pack has other bytes');
		execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', folder]);
		const { analyzePackage } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
		const scan = await analyzePackage(join(folder, 'package'));
		if (!scan.passed) faults.push(`n8n's scanner: ${scan.message ?? ''} ${scan.details ?? ''}`);
		for (const fault of faults) console.error(fault);
		console.log(
			`${packed.filename}: ${packed.files.length} files, ${packed.size} bytes, ${others.length} other packages`,
		);
		if (values.keep && faults.length === 0) {
			mkdirSync(resolve(values.keep), { recursive: true });
			copyFileSync(join(folder, packed.filename), join(resolve(values.keep), packed.filename));
		}
		process.exitCode = faults.length === 0 ? 0 : 1;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

void main();
