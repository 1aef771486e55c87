/**
 * What it costs when work comes one item per execution, beside n8n's HTTP Request node doing the
 * same by hand: Start, Wait, Look, If. Prints a table for each kind, with what is wanted.
 *
 * Takes names of kinds; without any, all are measured.
 */
import '../harness/userFolder.cts';

import { ensureHost } from '../host/install.cts';
import { measureDropdown } from './dropdown.cts';
import {
	measureExecutions,
	type ExecutionsCase,
	type ExecutionsResult,
} from './executionsStage.cts';
import type { WayName } from './ways.cts';
import { measureWorkers } from './workersStage.cts';
import { countTarget, seconds, type Target } from './targets.cts';

type Judge = (result: ExecutionsResult, rival: ExecutionsResult) => Target[];

interface Kind {
	title: string;
	measured: Omit<ExecutionsCase, 'way'>;
	judge: Judge;
	/** Measures both ways, where they are not measured in plain processes. */
	measure?: () => Promise<[node: ExecutionsResult, rival: ExecutionsResult]>;
}

const NAMES: Record<WayName, string> = {
	node: 'AutoGPT node',
	oneByOne: 'one by one',
	httpRequest: 'HTTP Request',
};

function atShare({ durations }: ExecutionsResult, share: number): number {
	return durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] ?? NaN;
}

function timeTarget(result: ExecutionsResult, share: number, most: number): Target {
	const ms = atShare(result, share);
	return {
		what: share === 1 ? 'slowest' : `p${share * 100}`,
		wanted: `<= ${seconds(most)}`,
		measured: seconds(ms),
		holds: ms <= most,
	};
}

function noneLost({ durations, failures }: ExecutionsResult, executions: number): Target {
	return {
		what: 'executions with their run',
		wanted: String(executions),
		measured: `${durations.length}${failures[0] === undefined ? '' : ` (${failures[0]})`}`,
		holds: durations.length === executions,
	};
}

/** AutoGPT's limit for an account. */
const MOST_IN_A_MINUTE = 200;
/** What one process leaves of it to others with the same account. */
const LEFT_BY_ONE = 30;

/**
 * Targets of a steady stream of executions.
 *
 * @param factor how many times as long as its run an execution may take
 * @param mostInAMinute requests, of all processes together
 */
const steadyTargets =
	(factor: number, mostInAMinute: number): Judge =>
	(result) => [
		noneLost(result, 180),
		timeTarget(result, 0.95, factor * 30_000),
		countTarget('requests in a minute', result.mostInAMinute, mostInAMinute),
		countTarget('refused for a rate limit', result.refused, 0),
	];

/** Requests before the first start of a run. */
function beforeStart({ requests }: ExecutionsResult): number {
	return requests.findIndex(({ method, path }) => method === 'POST' && path.endsWith('/runs'));
}

/** Requests before later starts: all but starts and looks at runs. */
function afterFirst(result: ExecutionsResult): number {
	return result.requests.filter(({ path }) => !/\/runs/.test(path)).length - beforeStart(result);
}

const STEADY = { executions: 180, everyMs: 1_000, runSeconds: 30 };

const KINDS: Record<string, Kind> = {
	executions: {
		title: '50 executions of one item at once, an agent of 5 s',
		measured: { executions: 50, everyMs: 0, runSeconds: 5 },
		judge: (result) => [
			noneLost(result, 50),
			timeTarget(result, 1, 1.5 * 5_000),
			countTarget('requests', result.requests.length, 3 * 50 + 40),
			countTarget('refused for a rate limit', result.refused, 0),
		],
	},
	steady: {
		title: '60 executions a minute for three minutes, an agent of 30 s',
		measured: STEADY,
		judge: steadyTargets(1.25, MOST_IN_A_MINUTE - LEFT_BY_ONE),
	},
	processes: {
		title: 'The same in two plain processes that share nothing (not the queue mode of n8n)',
		measured: { ...STEADY, processes: 2 },
		judge: steadyTargets(1.5, MOST_IN_A_MINUTE),
	},
	workers: {
		title: 'The same on two workers of an n8n in queue mode, with PostgreSQL and Redis',
		measured: STEADY,
		measure: async () => await measureWorkers(STEADY),
		judge: steadyTargets(1.5, MOST_IN_A_MINUTE),
	},
	single: {
		title: 'Executions of one item, one after the other, an agent of 2 s',
		measured: { executions: 5, everyMs: 4_000, runSeconds: 2 },
		judge: (result, rival) => [
			noneLost(result, 5),
			timeTarget(result, 0.5, 1.15 * atShare(rival, 0.5)),
			countTarget('requests before the first start', beforeStart(result), 2),
			countTarget('requests before all later starts', afterFirst(result), 2 * 4),
		],
	},
};

function lineOf(way: WayName, result: ExecutionsResult): Record<string, string | number> {
	return {
		way: NAMES[way],
		runs: result.durations.length,
		failed: result.failures.length,
		median: seconds(atShare(result, 0.5)),
		p95: seconds(atShare(result, 0.95)),
		slowest: seconds(atShare(result, 1)),
		requests: result.requests.length,
		'in a minute': result.mostInAMinute,
		refused: result.refused,
	};
}

function printTargets(targets: Target[]): boolean {
	console.table(
		targets.map(({ holds, ...target }) => ({ ...target, result: holds ? 'ok' : 'missed' })),
	);
	return targets.every(({ holds }) => holds);
}

async function inProcesses(measured: Kind['measured']) {
	return await Promise.all([
		measureExecutions({ ...measured, way: 'node' }),
		measureExecutions({ ...measured, way: 'httpRequest' }),
	]);
}

async function measureKind({ title, measured, measure, judge }: Kind): Promise<boolean> {
	console.log(`\n${title}:`);
	const [node, rival] = await (measure?.() ?? inProcesses(measured));
	console.table([lineOf('node', node), lineOf('httpRequest', rival)]);
	return printTargets(judge(node, rival));
}

async function main(): Promise<void> {
	await ensureHost({ onProgress: (line) => console.log(line) });
	const wanted = process.argv.slice(2);
	const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
	const results: boolean[] = [];
	for (const [name, kind] of Object.entries(KINDS)) {
		if (isWanted(name)) results.push(await measureKind(kind));
	}
	if (isWanted('dropdown')) results.push(printTargets(await measureDropdown()));
	process.exitCode = results.every(Boolean) ? 0 : 1;
}

void main();
