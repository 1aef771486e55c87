/**
 * What a file costs in memory, in the process that runs the node: a larger one must cost no more.
 * Prints a table.
 */
import '../harness/userFolder.cts';
import { join } from 'node:path';

import { startEmulator, type Account, type Emulator } from '../emulator/index.cts';
import { inChild } from './children.cts';
import type { FileJob } from './filesChild.cts';
import type { Figures } from './measure.cts';

const MEGABYTE = 1024 ** 2;
const SMALL_MB = 100;
const LARGE_MB = 400;
const MOST_MORE_MB = 32;
/** Memory is a matter of chance, too: when it is tidied up. Each size is tried so often. */
const SAMPLES = 3;

type Direction = 'upload' | 'download';

/** The usual one of some tries. */
function median(tries: Figures[]): Figures {
	const extra = ({ peakBytes, idleBytes }: Figures) => peakBytes - idleBytes;
	const sorted = [...tries].sort((a, b) => extra(a) - extra(b));
	return sorted[Math.floor(sorted.length / 2)] ?? tries[0]!;
}

async function transfer(
	emulator: Emulator,
	account: Account,
	direction: Direction,
	megabytes: number,
): Promise<Figures> {
	const bytes = megabytes * MEGABYTE;
	const stored = () => account.files().find(({ sizeBytes }) => sizeBytes === bytes);
	const tries: Figures[] = [];
	for (let sample = 1; sample <= SAMPLES; sample++) {
		const name = `${megabytes}-${sample}.zip`;
		const file = direction === 'download' ? { fileId: stored()?.id } : {};
		const job: FileJob = {
			baseUrl: emulator.baseUrl,
			apiKey: account.createKey(),
			name,
			bytes,
			...file,
		};
		tries.push(await inChild(join(__dirname, 'filesChild.cts'), job));
		const arrived = account.files().find((one) => one.name === name);
		if (direction === 'upload' && arrived?.sizeBytes !== bytes) {
			throw new Error(`'${name}' did not arrive whole`);
		}
	}
	return median(tries);
}

function line(direction: Direction, megabytes: number, figures: Figures, small?: Figures) {
	const peak = figures.peakBytes / MEGABYTE;
	const more = small ? peak - small.peakBytes / MEGABYTE : undefined;
	return {
		direction,
		'file (MB)': megabytes,
		'time (s)': (figures.milliseconds / 1000).toFixed(1),
		'MB/s': (megabytes / (figures.milliseconds / 1000)).toFixed(0),
		'memory before (MB)': (figures.idleBytes / MEGABYTE).toFixed(0),
		'peak (MB)': peak.toFixed(0),
		'more than the small one (MB)': more?.toFixed(0) ?? '',
		wanted: more === undefined ? '' : `<= ${MOST_MORE_MB}`,
		result: more === undefined ? '' : more <= MOST_MORE_MB ? 'ok' : 'missed',
	};
}

async function main(): Promise<void> {
	console.log('Uploading and downloading large files, which takes about a minute…');
	const mode = { fileQuotaBytes: 10 * 1024 ** 3 };
	const emulator = await startEmulator({ limits: false, checkContract: false, mode });
	const account = emulator.createAccount();
	const lines: Array<ReturnType<typeof line>> = [];
	for (const direction of ['upload', 'download'] as const) {
		const small = await transfer(emulator, account, direction, SMALL_MB);
		const large = await transfer(emulator, account, direction, LARGE_MB);
		lines.push(line(direction, SMALL_MB, small), line(direction, LARGE_MB, large, small));
	}
	await emulator.close();
	console.table(lines);
	console.log(`Resident memory of the process that runs the node; the median of ${SAMPLES} tries.`);
	process.exitCode = lines.some(({ result }) => result === 'missed') ? 1 : 0;
}

void main();
