import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { greetingAgent } from '../emulator/agents';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import { drawReviewForm } from '../harness/form.cts';
import { rl } from '../harness/locator.cts';

const continues = { onError: 'continueRegularOutput' as const };

const DRAFT = {
	title: 'A title',
	pages: 3,
	final: false,
	tags: ['a', 'b'],
	meta: { by: 'Ada' },
	note: null,
};

describe('Edited data of a review, in a form', () => {
	let stage: Stage;
	let agentId: string;

	beforeAll(async () => {
		stage = await setStage();
		({ agentId } = stage.account.createAgent(greetingAgent));
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	/** A review that waits, and what AutoGPT has of it. */
	function ask(payload: unknown, more: object = {}) {
		const runId = stage.account.startRun(agentId, { name: 'Ada' });
		const id = stage.account.requestReview(runId, { payload, ...more } as never);
		const stored = () => stage.account.reviews().find(({ nodeExecId }) => nodeExecId === id);
		return { runId, id, stored };
	}

	const submissions = (runId: string) =>
		stage.emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.includes(`/runs/${runId}/reviews`),
		);

	async function answer(
		review: string,
		value: INodeParameters,
		parameters: INodeParameters = {},
		json: IDataObject = {},
	) {
		return await stage.run(
			{
				resource: 'review',
				operation: 'answer',
				reviewId: rl(review),
				editInForm: true,
				editForm: { mappingMode: 'defineBelow', value, schema: [] },
				...parameters,
			},
			{ items: [{ json }], settings: continues },
		);
	}

	it('has a field of its kind for each part of the data, all of them empty', async () => {
		const { id } = ask(DRAFT);
		const { fields } = await drawReviewForm(stage, rl(id));
		const seen = fields.map(({ id: name, type, required, defaultValue }) => [
			name,
			type,
			required,
			defaultValue,
		]);
		expect(seen).toEqual([
			['title', 'string', false, undefined],
			['pages', 'number', false, undefined],
			['final', 'options', false, undefined],
			['tags', 'array', false, '[ ]'],
			['meta', 'object', false, '{ }'],
			['note', 'string', false, undefined],
		]);
		// The label says what stands there, as far as there is room.
		expect(fields.map(({ displayName }) => displayName)).toEqual([
			...['title (now A title)', 'pages (now 3)', 'final (now false)', 'tags', 'meta', 'note'],
		]);
		const text = await drawReviewForm(stage, rl(ask('A text').id));
		expect(text.fields.map(({ id: name, type }) => [name, type])).toEqual([['data', 'string']]);
	});

	it('says why it has no fields', async () => {
		const noticeOf = async (review: string) => {
			const { fields, emptyFieldsNotice } = await drawReviewForm(stage, rl(review));
			expect(fields).toEqual([]);
			return emptyFieldsNotice;
		};
		expect(await noticeOf('')).toContain('Choose a review that waits');
		expect(await noticeOf('={{ $json.review_id }}')).toContain('Where an expression chooses it');
		expect(await noticeOf('nowhere')).toContain('Review &#39;nowhere&#39; does not wait any more');
		expect(await noticeOf(ask('x', { editable: false }).id)).toContain('cannot be edited');
		expect(await noticeOf(ask({}).id)).toContain('no data to edit');
		expect(await noticeOf(ask({}, { instructions: '<img>' }).id)).toContain('&#60;img&#62;');
	});

	it('sends what is filled in, and the rest as the review shows it', async () => {
		const { id, runId, stored } = ask(DRAFT);
		const form = {
			title: 'Better',
			final: 'true',
			pages: null,
			tags: '[ ]',
			meta: '{ }',
			note: '',
		};
		const { items, error } = await answer(id, form);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ status: 'answered', edited: true });
		expect(stored()?.result).toEqual({ ...DRAFT, title: 'Better', final: true });
		expect(submissions(runId)).toHaveLength(1);
	});

	it('takes what expressions return, in the type of the data', async () => {
		const { id, stored } = ask(DRAFT);
		const form = { pages: '={{ $json.pages }}', tags: '={{ $json.tags }}', note: '={{ 7 }}' };
		const { items } = await answer(id, form, {}, { pages: '5', tags: ['c'] });
		expect(items[0]?.json).toMatchObject({ status: 'answered' });
		expect(stored()?.result).toEqual({ ...DRAFT, pages: 5, tags: ['c'], note: 7 });
	});

	it('edits data that is no object as a whole', async () => {
		const { id, stored } = ask('A text');
		await answer(id, { data: '2026' });
		expect(stored()?.result).toBe('2026');
	});

	it.each([
		[
			'an expression that returns nothing',
			{ title: '={{ $json.nothing }}' },
			"nothing for 'title'",
		],
		['an empty text by an expression', { title: '={{ "" }}', pages: 4 }, "nothing for 'title'"],
		['an empty form', { title: '', pages: null, tags: '[ ]' }, 'is empty'],
		['no form at all', {}, 'is empty'],
		['a part that the data does not have', { titel: 'x' }, "its data has no 'titel'"],
		['a value of another kind', { pages: 'many' }, '\'pages\' must be a number, not "many"'],
	])('refuses %s, rather than approve the data as it is', async (_, form, message) => {
		const { id, runId, stored } = ask(DRAFT);
		const { items } = await answer(id, form);
		expect(failureOf(items[0]).message).toContain(message);
		expect(submissions(runId)).toEqual([]);
		expect(stored()?.status).toBe('WAITING');
	});

	it('needs nothing filled in to reject', async () => {
		const { id, stored } = ask(DRAFT);
		const { items } = await answer(id, { title: '={{ $json.nothing }}' }, { decision: 'reject' });
		expect(items[0]?.json).toMatchObject({ status: 'answered', edited: false });
		expect(stored()).toMatchObject({ status: 'REJECTED', payload: DRAFT });
	});

	it.each([
		[{ additionalFields: { editedData: '{}' } }, "'Edit in a Form' and 'Edited Data' exclude"],
		[{ additionalFields: { autoApprove: true } }, "'Edit in a Form' and 'Auto-Approve This Block'"],
	])('is refused beside %j', async (parameters, message) => {
		const { id, runId } = ask(DRAFT);
		const { items } = await answer(id, { title: 'Better' }, parameters);
		expect(failureOf(items[0]).message).toContain(message);
		expect(submissions(runId)).toEqual([]);
	});

	it('is left aside while the switch is off', async () => {
		const { id, stored } = ask(DRAFT);
		const { items } = await answer(id, { title: 'Better' }, { editInForm: false });
		expect(items[0]?.json).toMatchObject({ status: 'answered', edited: false });
		expect(stored()?.result).toEqual(DRAFT);
	});
});
