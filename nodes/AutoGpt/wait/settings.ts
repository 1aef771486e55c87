import type { IDataObject } from 'n8n-workflow';

import { entriesIn } from '../fields/lists';
import { choiceIn, choicesIn, flagIn, listOf } from '../fields/values';
import { OUTPUT_FORMS, type RunShape } from '../../shared/output';
import type { Item } from '../framework/item';

const TIME_LIMIT_CHOICES = ['return', 'fail', 'stop'] as const;
const REVIEW_CHOICES = ['return', 'wait', 'stop'] as const;
const FAILURE_KINDS = ['failed', 'stopped', 'failedBlocks', 'missingOutputs'] as const;

const OUTPUT_VALUES = 'Output Values';
const VALUES = ['all', 'last'] as const;

export type OnTimeLimit = (typeof TIME_LIMIT_CHOICES)[number];
export type OnReview = (typeof REVIEW_CHOICES)[number];
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** How one item's run is waited for and returned. */
export interface RunSettings extends RunShape {
	timeLimitMs: number;
	onTimeLimit: OnTimeLimit;
	onReview: OnReview;
	failOn: readonly FailureKind[];
	/** Names of outputs that a run must have; empty for all that the agent declares. */
	expectedOutputs: string[];
	longestIntervalMs: number;
	stopRunsOnCancel: boolean;
	/** Whether a language model reads what comes out, which costs by the word. */
	isTerse: boolean;
	downloadFiles: boolean;
}

export const DEFAULT_TIME_LIMIT_MINUTES = 60;
export const DEFAULT_LONGEST_INTERVAL_SECONDS = 10;
export const DEFAULT_CONCURRENT_STARTS = 10;
export const MAX_CONCURRENT_STARTS = 50;
export const DEFAULT_FAIL_ON: FailureKind[] = ['failed', 'stopped'];
/** Of an agent that is one block, that block is all. */
export const BLOCK_FAIL_ON: FailureKind[] = ['failedBlocks', ...DEFAULT_FAIL_ON];

/** Reads the options of an item; what was not added or is empty has its default. */
class Options {
	private readonly options: IDataObject;

	constructor(private readonly item: Item) {
		this.options = item.collection('options');
	}

	private value(name: string): unknown {
		const value = this.options[name];
		return value === null || value === '' ? undefined : value;
	}

	choice<T extends string>(name: string, label: string, known: readonly T[], defaultValue: T): T {
		return choiceIn(this.item, this.options, name, label, known) ?? defaultValue;
	}

	number(name: string, label: string, defaultValue: number): number {
		const value = this.value(name);
		if (value === undefined) return defaultValue;
		const number = typeof value === 'boolean' ? NaN : Number(value);
		if (Number.isFinite(number) && number >= 0) return number;
		throw this.item.failure(
			`'${label}' is not a number from 0 on`,
			'Check the option, or the expression in it.',
		);
	}

	flag(name: string, label: string): boolean {
		return flagIn(this.item, this.options, name, label) ?? false;
	}

	/** A choice with a field of its own; an option of the same name, as older workflows have it, wins. */
	takesAllValues(): boolean {
		if (this.value('outputValues') === undefined) return takesAllValues(this.item);
		return this.choice('outputValues', OUTPUT_VALUES, VALUES, 'last') === 'all';
	}

	/** A switch with a field of its own; an option of the same name, as older workflows have it, wins. */
	promotedFlag(name: string, label: string): boolean {
		if (Object.hasOwn(this.options, name)) return this.flag(name, label);
		return this.item.flagOf(this.item.valueIfShown(name, false), label);
	}

	failureKinds(defaultValue: readonly FailureKind[]): readonly FailureKind[] {
		const { failOn } = this.options;
		if (failOn === undefined) return defaultValue;
		return choicesIn(this.item, this.options, 'failOn', 'Fail On', FAILURE_KINDS) ?? [];
	}

	/** Names that were chosen or entered in rows; none where nothing was. */
	expectedOutputs(): string[] {
		const { expectedOutputs: given } = this.options;
		if (!this.item.isVersion1) {
			const purpose = 'To expect all that the agent declares';
			this.item.refuseNothing('options', 'expectedOutputs', given, purpose);
		}
		const isNone = given === '' || (Array.isArray(given) && given.length === 0);
		if (isNone) return [];
		return entriesIn(this.item, this.options, 'expectedOutputs', 'Expected Outputs') ?? [];
	}

	names(name: string): string[] {
		return listOf(this.options[name]);
	}
}

/** Reads from the field of an item whether it wants all values of each output. */
export function takesAllValues(item: Item): boolean {
	const field = { outputValues: String(item.valueIfShown('outputValues', 'last') ?? '') };
	return choiceIn(item, field, 'outputValues', OUTPUT_VALUES, VALUES) === 'all';
}

/** Reads how many starts an item wants under way at the same time. */
export function readConcurrentStarts(item: Item): number {
	const wanted = new Options(item).number(
		'startsAtOnce',
		'Concurrent Starts',
		DEFAULT_CONCURRENT_STARTS,
	);
	return Math.min(Math.max(1, Math.floor(wanted)), MAX_CONCURRENT_STARTS);
}

/** Reads the wait and output options of an item. A time limit of 0 means none. */
export function readRunSettings(
	item: Item,
	failOn: readonly FailureKind[] = DEFAULT_FAIL_ON,
): RunSettings {
	const options = new Options(item);
	const minutes = options.number('timeLimit', 'Time Limit (Minutes)', DEFAULT_TIME_LIMIT_MINUTES);
	const seconds = options.number(
		'longestInterval',
		'Max Poll Interval (Sec)',
		DEFAULT_LONGEST_INTERVAL_SECONDS,
	);
	return {
		timeLimitMs: minutes === 0 ? Infinity : minutes * 60_000,
		onTimeLimit: options.choice('onTimeLimit', 'On Time Limit', TIME_LIMIT_CHOICES, 'fail'),
		onReview: options.choice('onReview', 'On Review', REVIEW_CHOICES, 'return'),
		failOn: options.failureKinds(failOn),
		expectedOutputs: options.expectedOutputs(),
		longestIntervalMs: Math.max(seconds, 0.5) * 1000,
		stopRunsOnCancel: options.promotedFlag('stopRunsOnCancel', 'Stop Runs on Cancel'),
		form: options.choice('output', 'Output', OUTPUT_FORMS, 'simplified'),
		allValues: options.takesAllValues(),
		fields: options.names('selectedFields'),
		isTerse: item.isTool,
		downloadFiles: options.flag('downloadFiles', 'Download Output Files'),
	};
}
