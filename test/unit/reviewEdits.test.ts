import type { Review } from '../../client/contract/types';
import { isEdit, issueWith, titleOf } from '../../client/runs/reviews';

function review(facts: Partial<Review> = {}): Review {
	return {
		node_exec_id: 'review-1',
		run_id: 'run-1',
		graph_id: 'graph-1',
		graph_version: 1,
		payload: { a: 1, b: [2] },
		instructions: null,
		editable: true,
		status: 'WAITING',
		requested_at: '2026-11-24T12:00:00Z',
		reviewed_at: null,
		processed: false,
		reviewer_comment: null,
		...facts,
	};
}

/** A value so many objects and lists deep. */
function nested(levels: number): unknown {
	return levels === 0 ? 1 : levels % 2 === 0 ? [nested(levels - 1)] : { a: nested(levels - 1) };
}

describe('Edited data of a review', () => {
	it('is an edit where it differs from what the review asks about', () => {
		expect(isEdit(review(), undefined)).toBe(false);
		expect(isEdit(review(), { b: [2], a: 1 })).toBe(false);
		expect(isEdit(review(), { a: 1, b: [3] })).toBe(true);
		expect(isEdit(review(), null)).toBe(true);
		expect(isEdit(review({ payload: null }), null)).toBe(false);
	});

	it('can be sent', () => {
		expect(issueWith(review(), { a: 2 })).toBeUndefined();
		expect(issueWith(review(), false)).toBeUndefined();
		expect(issueWith(review(), '')).toBeUndefined();
	});

	it('cannot be sent for a review that takes none, unless it is none', () => {
		const fixed = review({ editable: false });
		expect(issueWith(fixed, { a: 2 })).toBe('it cannot be edited');
		expect(issueWith(fixed, { a: 1, b: [2] })).toBeUndefined();
		expect(issueWith(fixed, undefined)).toBeUndefined();
	});

	it('cannot be null', () => {
		expect(issueWith(review(), null)).toContain('null cannot be sent');
		expect(issueWith(review({ payload: null }), null)).toBeUndefined();
	});

	it('has a million characters of JSON at most', () => {
		expect(issueWith(review(), 'x'.repeat(999_998))).toBeUndefined();
		expect(issueWith(review(), 'x'.repeat(999_999))).toContain('longer than 1,000,000');
	});

	it('has ten levels at most, wherever it is deepest', () => {
		expect(issueWith(review(), nested(10))).toBeUndefined();
		expect(issueWith(review(), nested(11))).toContain('deeper than 10 levels');
		expect(issueWith(review(), [1, nested(10), {}])).toContain('deeper than 10 levels');
		expect(issueWith(review(), [1, nested(9), {}])).toBeUndefined();
	});
});

test('A review is called by its instructions, where it has any', () => {
	expect(titleOf(review({ instructions: 'Check' }))).toBe("'Check' (review-1)");
	expect(titleOf(review())).toBe("'review-1'");
	expect(titleOf(review({ instructions: '' }))).toBe("'review-1'");
});
