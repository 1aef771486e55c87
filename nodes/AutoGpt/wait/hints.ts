import { outcomeOf, severalValues } from '../../../client/runs/results';
import type { RunDetails } from '../../../client/contract/types';
import { addHint, type Hint } from '../framework/hints';
import type { Item } from '../framework/item';
import type { OutputForm } from '../../shared/output';
import type { RunSettings } from './settings';

/** A run that was returned, as its item's options say. */
export interface ShownRun {
	item: Pick<Item, 'functions'> & Partial<Pick<Item, 'client'>>;
	run: RunDetails;
	settings: Pick<RunSettings, 'form' | 'allValues'>;
}

const MOST_NAMED = 5;

function counted(runs: ShownRun[]): string {
	return runs.length === 1 ? 'A run' : `${runs.length} runs`;
}

const WHERE_BLOCKS_ARE: Record<OutputForm, string> = {
	simplified: "See 'failed_blocks'.",
	raw: "See 'node_executions' with the status FAILED.",
	itemPerValue: "Set 'Output' to Simplified to see which.",
	outputsOnly: "Set 'Output' to Simplified to see which.",
	selected: "Add 'failed_blocks' to the fields to see which.",
};

function failedBlocksHint(runs: ShownRun[]): string | undefined {
	const affected = runs.filter(({ run }) => outcomeOf(run) === 'completedWithFailedBlocks');
	const [first] = affected;
	if (!first) return undefined;
	return `${counted(affected)} completed although blocks failed: outputs may be missing. ${WHERE_BLOCKS_ARE[first.settings.form]} To make such items fail, choose Completed With Failed Blocks in 'Fail On'.`;
}

function reviewHint(runs: ShownRun[]): string | undefined {
	const waiting = runs.filter(({ run }) => run.status === 'REVIEW');
	if (waiting.length === 0) return undefined;
	const waits = waiting.length === 1 ? 'waits' : 'wait';
	const isSeen = waiting.every(({ item }) => item.client?.polling.hasReviews ?? true);
	if (!isSeen) {
		return `${counted(waiting)} ${waits} for the answer of a person. This AutoGPT serves only the older API v1, which cannot answer reviews: answer in AutoGPT's web app, then go on with Run > Wait.`;
	}
	return `${counted(waiting)} ${waits} for the answer of a person. Answer with Review > Answer: 'reviews' lists what is asked.`;
}

/** Nothing where all values are there, or the user chose what is. */
const WHERE_VALUES_ARE: Partial<Record<OutputForm, string>> = {
	simplified:
		"'outputs' has the last one, 'output_values' all of them. For lists in 'outputs', set 'Output Values' to All Values.",
	itemPerValue:
		"'value' has the last one, 'values' all of them. For an item for each, set 'Output Values' to All Values.",
	outputsOnly: "the item has the last one. For lists of all, set 'Output Values' to All Values.",
};

function severalValuesHint(runs: ShownRun[]): string | undefined {
	const affected = runs.filter(
		({ settings, run }) =>
			WHERE_VALUES_ARE[settings.form] !== undefined &&
			!settings.allValues &&
			Object.keys(severalValues(run)).length > 0,
	);
	const [first] = affected;
	if (!first) return undefined;
	const names = [...new Set(affected.flatMap(({ run }) => Object.keys(severalValues(run))))];
	const named = names.slice(0, MOST_NAMED).map((name) => `'${name}'`);
	const list = names.length > MOST_NAMED ? `${named.join(', ')} and others` : named.join(', ');
	return `${counted(affected)} returned several values for ${list}: ${WHERE_VALUES_ARE[first.settings.form]}`;
}

/** Says at the node what could be overlooked in the runs that it returned, once for all of them. */
export function hintAtRuns(runs: ShownRun[]): void {
	const [first] = runs;
	if (!first) return;
	const { functions } = first.item;
	const show = (message: string | undefined, type: Hint['type']) => {
		if (message) addHint(functions, { message, type });
	};
	show(failedBlocksHint(runs), 'warning');
	show(reviewHint(runs), 'info');
	show(severalValuesHint(runs), 'info');
}
