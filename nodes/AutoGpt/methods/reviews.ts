import { isObject } from '../../../client/util/json';
import { listSearch } from '../../shared/rows';
import { toMinute } from './minutes';

const PREVIEW_LENGTH = 60;

function preview(payload: unknown): string {
	const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
	return text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH)}…` : text;
}

/** A question keeps its own mark, other words get a colon. */
function asLeadIn(words: string): string {
	return /[.!?:]$/.test(words) ? words : `${words}:`;
}

/** The run in the field Run, unless it is empty or an expression that is not known yet. */
function chosenRun(field: unknown): string {
	const value = isObject(field) ? field.value : field;
	const text = typeof value === 'string' ? value.trim() : '';
	if (text.startsWith('=')) return '';
	return /[?&]activeItem=([0-9a-zA-Z_-]+)/.exec(text)?.[1] ?? text;
}

/** Fills the list of reviews that wait, of the chosen run if there is one. */
export const searchReviews = listSearch(
	'listReviews',
	({ instructions, payload, node_exec_id, requested_at }) => ({
		name: `${asLeadIn(instructions ?? 'Review')} ${preview(payload)}`,
		value: node_exec_id,
		description: `Asked ${toMinute(requested_at)}`,
	}),
	{
		optionsFor: (functions) => {
			const run = chosenRun(functions.getCurrentNodeParameter('runId'));
			return { query: { status: 'WAITING' as const, ...(run ? { run_id: run } : {}) } };
		},
	},
);
