/**
 * `npm run check:server -- URL-OR-FILE`: what a user of the pack would notice of an AutoGPT server
 * that differs from `contract/openapi.yaml`. It reads the server's own description, which takes no
 * key, and sends none. Exit status: 0 nothing that the pack counts on is missing or other, 1
 * something is, 2 the description could not be read.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { platformAddress } from '../client/connection/baseUrl';
import {
	compareDescriptions,
	hasBreaks,
	type Comparison,
	type Description,
} from './compare-descriptions.cts';

const CONTRACT = join(__dirname, '..', 'contract', 'openapi.yaml');
const TIMEOUT_MS = 30_000;
const USAGE =
	'Give the address of an AutoGPT API, such as http://localhost:8006/external-api/v2, or a file with its openapi.json.';

/** What went wrong, in words for whoever runs the command. */
class Unreadable extends Error {}

function asDescription(text: string, where: string): Description {
	let value: unknown;
	try {
		value = parse(text);
	} catch {
		value = undefined;
	}
	if (typeof value === 'object' && value !== null && 'paths' in value) return value as Description;
	throw new Unreadable(`${where} is no OpenAPI description.`);
}

async function read(url: string): Promise<{ status: number; text: string }> {
	try {
		const signal = AbortSignal.timeout(TIMEOUT_MS);
		// Without it a connection that the server has just closed may be used again.
		const headers = { Connection: 'close' };
		const response = await fetch(url, { headers, redirect: 'manual', signal });
		return { status: response.status, text: await response.text() };
	} catch (error) {
		const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
		throw new Unreadable(
			`${url} could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
		);
	}
}

/** Servers without v2 describe v1 one level up, others at v1 itself. */
async function hasV1(url: string): Promise<boolean> {
	for (const place of ['/external-api/', '/external-api/v1/']) {
		const v1 = url.replace('/external-api/v2/', place);
		if (v1 === url) return false;
		try {
			const { status, text } = await read(v1);
			if (status === 200 && Object.keys(asDescription(text, v1).paths).length > 0) return true;
		} catch {
			// The next place may have it.
		}
	}
	return false;
}

async function readServer(address: string): Promise<{ name: string; description: Description }> {
	const url = /\/openapi\.(json|ya?ml)$/.test(address)
		? address
		: `${platformAddress(address, '').baseUrl}/openapi.json`;
	const { status, text } = await read(url);
	if (status === 200) return { name: url, description: asDescription(text, url) };
	if (status === 404 && (await hasV1(url))) {
		throw new Unreadable(`${url}: this AutoGPT offers API v1 only, and no v2.`);
	}
	throw new Unreadable(`${url} answers with status ${status}, so no API v2 was found there.`);
}

function section(title: string, lines: string[]): string[] {
	return lines.length === 0 ? [] : ['', `${title} (${lines.length}):`, ...lines];
}

function report(name: string, comparison: Comparison): string {
	const { missing, added, changed, namesPermissions } = comparison;
	const ofKind = (isBreak: boolean) =>
		changed.flatMap(({ operation, changes }) => {
			const some = changes.filter((change) => change.isBreak === isBreak);
			return some.length === 0
				? []
				: [[`  ${operation}`, ...some.map(({ what }) => `    ${what}`)].join('\n')];
		});
	return [
		`${name}, compared with contract/openapi.yaml`,
		...section(
			'Operations that are missing',
			missing.map((one) => `  ${one}`),
		),
		...section('Operations that are other than the pack counts on', ofKind(true)),
		...section(
			'Operations that the pack does not offer',
			added.map((one) => `  ${one}`),
		),
		...section('Operations with more, or with what does no harm', ofKind(false)),
		'',
		...(namesPermissions ? [] : ['The description names no permissions, so none were compared.']),
		hasBreaks(comparison)
			? 'The pack counts on what this server does not have, or has otherwise.'
			: 'All that the pack counts on is there.',
	].join('\n');
}

/** What the command says, and its exit status. */
export interface CheckResult {
	status: 0 | 1 | 2;
	text: string;
}

/** Checks the server at an address, or the description in a file. */
export async function checkServer(source: string | undefined): Promise<CheckResult> {
	try {
		if (source === undefined) throw new Unreadable(USAGE);
		const contract = asDescription(readFileSync(CONTRACT, 'utf8'), CONTRACT);
		const { name, description } = existsSync(source)
			? { name: source, description: asDescription(readFileSync(source, 'utf8'), source) }
			: await readServer(source);
		const comparison = compareDescriptions(contract, description);
		return { status: hasBreaks(comparison) ? 1 : 0, text: report(name, comparison) };
	} catch (error) {
		return { status: 2, text: error instanceof Error ? error.message : String(error) };
	}
}

if (require.main === module) {
	void checkServer(process.argv[2]).then(({ status, text }) => {
		console.log(text);
		process.exitCode = status;
	});
}
