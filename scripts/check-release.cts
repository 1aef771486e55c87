/**
 * Checks that what is here is the release that a tag names: `npm run check:release -- 0.2.0`. The
 * tag must be the version in package.json and in its lock file, and the changelog must have a
 * section for it, and the owner must have filled in who they are. A number that is published can
 * never be taken back.
 */
import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(name, 'utf8');

interface Versioned {
	version: string;
}

/** What package.json has until its owner fills it in: no mail reaches such an address. */
const PLACEHOLDER = /\.example$/;

function ownerFaults(): string[] {
	const { author } = JSON.parse(read('package.json')) as { author: { email: string } };
	if (!PLACEHOLDER.test(author.email)) return [];
	return [
		`The author in package.json is a placeholder (${author.email}). Fill in author and repository, as CONTRIBUTING.md says under Release.`,
	];
}

function faultsOf(tag: string): string[] {
	const versions = ['package.json', 'package-lock.json'].map((name) => ({
		name,
		version: (JSON.parse(read(name)) as Versioned).version,
	}));
	const lines = read('CHANGELOG.md').split('\n');
	const isSection = (line: string) =>
		line.startsWith(`## [${tag}] - `) && /\d{4}-\d\d-\d\d$/.test(line);
	return [
		...ownerFaults(),
		...versions
			.filter(({ version }) => version !== tag)
			.map(({ name, version }) => `The tag is ${tag}, but ${name} has the version ${version}.`),
		...(lines.some(isSection) ? [] : [`CHANGELOG.md has no section "## [${tag}] - YYYY-MM-DD".`]),
	];
}

const [tag] = process.argv.slice(2);
const faults = tag
	? faultsOf(tag)
	: ['Name the tag to be released, e.g. npm run check:release -- 0.2.0'];
for (const fault of faults) console.error(fault);
if (tag && faults.length === 0) console.log(`${tag} is ready to be released.`);
process.exitCode = faults.length === 0 ? 0 : 1;
