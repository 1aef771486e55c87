import type { Item } from '../framework/item';

export type OnTimeLimit = 'return' | 'fail' | 'stop';
export type OnReview = 'return' | 'wait' | 'stop';
export type FailureKind = 'failed' | 'stopped' | 'failedBlocks' | 'missingOutputs';
export type OutputForm = 'simplified' | 'raw' | 'itemPerValue';

/** How one item's run is waited for and put out. */
export interface RunSettings {
	timeLimitMs: number;
	onTimeLimit: OnTimeLimit;
	onReview: OnReview;
	failOn: readonly string[];
	/** Names of outputs that a run must have; empty for all that the agent declares. */
	expectedOutputs: string[];
	longestIntervalMs: number;
	stopRunsOnCancel: boolean;
	form: OutputForm;
	allValues: boolean;
	downloadFiles: boolean;
}

export const DEFAULT_TIME_LIMIT_MINUTES = 60;
export const DEFAULT_LONGEST_INTERVAL_SECONDS = 10;
export const DEFAULT_FAIL_ON: FailureKind[] = ['failed', 'stopped'];
/** Of an agent that is one block, that block is all. */
export const BLOCK_FAIL_ON: FailureKind[] = ['failedBlocks', ...DEFAULT_FAIL_ON];

function oneOf<T extends string>(value: unknown, values: readonly T[], fallback: T): T {
	return values.find((known) => known === value) ?? fallback;
}

function numberOr(value: unknown, fallback: number): number {
	const number = Number(value ?? fallback);
	return Number.isFinite(number) && number >= 0 ? number : fallback;
}

function names(value: unknown): string[] {
	return String(value ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
}

/** Reads the wait and output options of an item. A time limit of 0 means none. */
export function readRunSettings(item: Item, failOn: FailureKind[] = DEFAULT_FAIL_ON): RunSettings {
	const options = item.collection('options');
	const minutes = numberOr(options.timeLimit, DEFAULT_TIME_LIMIT_MINUTES);
	const seconds = numberOr(options.longestInterval, DEFAULT_LONGEST_INTERVAL_SECONDS);
	return {
		timeLimitMs: minutes === 0 ? Infinity : minutes * 60_000,
		onTimeLimit: oneOf(options.onTimeLimit, ['return', 'fail', 'stop'], 'fail'),
		onReview: oneOf(options.onReview, ['return', 'wait', 'stop'], 'return'),
		failOn: Array.isArray(options.failOn) ? options.failOn.map(String) : failOn,
		expectedOutputs: names(options.expectedOutputs),
		longestIntervalMs: Math.max(seconds, 0.5) * 1000,
		stopRunsOnCancel: options.stopRunsOnCancel === true,
		form: oneOf(options.output, ['simplified', 'raw', 'itemPerValue'], 'simplified'),
		allValues: options.outputValues === 'all',
		downloadFiles: options.downloadFiles === true,
	};
}
