/** Keeps waits open and measures them, asked by `openWaits.cts`. */
import '../harness/userFolder.cts';

import { setTimeout as sleep } from 'node:timers/promises';

import type { AutoGptClient } from '../../client/http/client';
import { runWatchers } from '../../client/process/processState';
import { waitForRuns } from '../../client/runs/waiting';
import { openClientFor } from '../harness/client.cts';

export interface OpenWaitsJob {
	baseUrl: string;
	apiKey: string;
	runIds: string[];
}

export interface OpenWaitsFigures {
	/** Memory that each wait holds beyond what n8n keeps of its execution. */
	bytesEach: number;
	/** Share of a core while no request is under way. */
	cpuShare: number;
	cpuShareInAll: number;
	requests: number;
	seconds: number;
}

const SETTLE_MS = 20_000;
const MEASURE_MS = 40_000;
const SAMPLE_MS = 250;

function heap(): number {
	globalThis.gc?.();
	globalThis.gc?.();
	return process.memoryUsage().heapUsed;
}

/** Counts the requests of a client, and how many are under way. */
function counted(client: AutoGptClient, traffic: { requests: number; open: number }): void {
	const { helpers } = client.functions;
	const original = helpers.httpRequestWithAuthentication;
	helpers.httpRequestWithAuthentication = async function (...given) {
		traffic.requests += 1;
		traffic.open += 1;
		try {
			return (await original.apply(this, given)) as unknown;
		} finally {
			traffic.open -= 1;
		}
	};
}

async function measure({ runIds, ...credential }: OpenWaitsJob): Promise<OpenWaitsFigures> {
	const traffic = { requests: 0, open: 0 };
	const stops = runIds.map(() => new AbortController());
	const clients: AutoGptClient[] = [];
	for (const { signal } of stops) {
		const client = await openClientFor(credential);
		counted(client, traffic);
		clients.push(client.withSignal(signal));
	}
	const before = heap();
	const waits = clients.map(async (client, index) => {
		const wait = { id: runIds[index] ?? '', deadline: Date.now() + 3_600_000, returnReviews: true };
		await waitForRuns(client, [wait], { longestIntervalMs: 10_000 }).catch(() => undefined);
	});
	await sleep(SETTLE_MS);
	// What the beginning left behind is not cleared away at the expense of the waits.
	heap();
	traffic.requests = 0;
	const began = performance.now();
	const whole = process.cpuUsage();
	const quiet = { cpu: 0, ms: 0 };
	while (performance.now() - began < MEASURE_MS) {
		const { requests } = traffic;
		const isQuiet = traffic.open === 0;
		const [cpu, at] = [process.cpuUsage(), performance.now()];
		await sleep(SAMPLE_MS);
		if (!isQuiet || traffic.open > 0 || traffic.requests > requests) continue;
		const used = process.cpuUsage(cpu);
		quiet.cpu += (used.user + used.system) / 1000;
		quiet.ms += performance.now() - at;
	}
	const ms = performance.now() - began;
	const { user, system } = process.cpuUsage(whole);
	const { requests } = traffic;
	const after = heap();
	for (const stop of stops) stop.abort(new Error('Stop'));
	await Promise.all(waits);
	if (runWatchers.size > 0) throw new Error('Something was left behind');
	return {
		bytesEach: (after - before) / runIds.length,
		cpuShare: quiet.cpu / quiet.ms,
		cpuShareInAll: (user + system) / 1000 / ms,
		requests,
		seconds: ms / 1000,
	};
}

process.once('message', (job: OpenWaitsJob) => {
	measure(job).then(
		(figures) => process.send?.(figures),
		(error: unknown) => {
			console.error(error);
			process.exit(1);
		},
	);
});
