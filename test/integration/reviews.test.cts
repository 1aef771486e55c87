import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { greetingAgent, reviewAgent, twoReviewsAgent } from '../emulator/agents';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import { rl } from '../harness/locator.cts';

const continues = { onError: 'continueRegularOutput' as const };

describe('Review', () => {
	let stage: Stage;
	let agents: Record<'one' | 'two' | 'none', string>;

	beforeAll(async () => {
		// Without these headers, which have the node spread its requests over minutes.
		stage = await setStage({ mode: { rateLimitHeaders: false } });
		agents = {
			one: stage.account.createAgent(reviewAgent).agentId,
			two: stage.account.createAgent(twoReviewsAgent).agentId,
			none: stage.account.createAgent(greetingAgent).agentId,
		};
	});

	afterEach(() => {
		stage.emulator.faults.clear();
		Object.assign(stage.emulator.mode, { resumeFails: false });
	});

	afterAll(async () => {
		expect(stage.emulator.contractViolations).toEqual([]);
		await stage.emulator.close();
	});

	const reviewsOf = (runId: string) =>
		stage.account.reviews().filter((review) => review.runId === runId);

	async function until(check: () => boolean): Promise<void> {
		for (let tries = 0; tries < 400 && !check(); tries++) {
			await new Promise((resume) => setTimeout(resume, 5));
		}
		expect(check()).toBe(true);
	}

	/** A run that asks, and its questions in the order in which they were asked. */
	async function ask(kind: 'one' | 'two', inputs: IDataObject) {
		const runId = stage.account.startRun(agents[kind], inputs);
		await until(() => stage.account.run(runId).status === 'REVIEW');
		return { runId, ids: reviewsOf(runId).map(({ nodeExecId }) => nodeExecId) };
	}

	const one = async () => await ask('one', { text: 'A text' });
	const two = async () => await ask('two', { title: 'A title', text: 'A text' });

	/** An item as n8n hands it on. */
	const asSent = (json: unknown) => JSON.parse(JSON.stringify(json)) as object;

	const submissions = (runId: string) =>
		stage.emulator.requests.filter(
			({ method, path }) => method === 'POST' && path.includes(`/runs/${runId}/reviews`),
		);

	/** Answers each row; rows say what differs from the parameters. */
	async function answer(rows: IDataObject[], parameters: INodeParameters = {}, key?: string) {
		const names = rows.flatMap(({ fields }) => Object.keys(fields ?? {}));
		const additionalFields = Object.fromEntries(
			names.map((name) => [name, `={{ $json.fields?.${name} }}`]),
		);
		return await stage.run(
			{
				resource: 'review',
				operation: 'answer',
				runId: rl('={{ $json.run ?? "" }}'),
				reviewId: rl('={{ $json.review }}'),
				decision: '={{ $json.decision ?? "approve" }}',
				additionalFields,
				...parameters,
			},
			{ items: rows.map((json) => ({ json })), settings: continues, key },
		);
	}

	it('lists reviews: all, of one run, by status, and none', async () => {
		const { runId, ids } = await two();
		const list = async (filters: IDataObject, more: INodeParameters = {}) => {
			const parameters = { resource: 'review', operation: 'getMany', filters, ...more };
			const { items, error } = await stage.run(parameters as INodeParameters);
			expect(error).toBeUndefined();
			return items;
		};
		const ofRun = await list({ runId });
		expect(ofRun.map(({ json }) => json.node_exec_id).sort()).toEqual([...ids].sort());
		expect(ofRun[0]?.json).toMatchObject({ run_id: runId, status: 'WAITING' });
		expect(Object.keys(ofRun[0]?.json ?? {})).toHaveLength(11);
		expect(ofRun.map(({ json }) => json.review_id)).toEqual(
			ofRun.map(({ json }) => json.node_exec_id),
		);
		expect(await list({ runId, status: 'REJECTED' })).toEqual([]);
		expect(await list({ runId: 'nowhere' })).toEqual([]);
		expect((await list({}, { limit: 1 })).length).toBe(1);
	});

	it('lists those first that have waited longest, with a limit too', async () => {
		const account = stage.emulator.createAccount();
		const { agentId } = account.createAgent(greetingAgent);
		const runs = [account.startRun(agentId), account.startRun(agentId)];
		// Lists of the server begin with the newest.
		const ids = [0, 1, 0, 1].map((run) => {
			stage.emulator.clock.advance(1_000);
			return account.requestReview(String(runs[run]));
		});
		const list = async (filters: IDataObject, limit: number) => {
			const parameters = { resource: 'review', operation: 'getMany', filters, limit };
			const { items } = await stage.run(parameters as INodeParameters, {
				key: account.createKey(),
			});
			return items.map(({ json }) => json.node_exec_id);
		};
		expect(await list({ status: 'WAITING' }, 3)).toEqual([ids[0], ids[1], ids[2]]);
		expect(await list({ runId: String(runs[1]) }, 1)).toEqual([ids[1]]);
		expect(await list({}, 2)).toEqual([ids[2], ids[3]]);
	});

	it('approves, by run and review or by the review alone', async () => {
		const first = await one();
		const second = await one();
		const { items } = await answer([
			{ run: first.runId, review: first.ids[0] },
			{ review: second.ids[0], decision: 'reject' },
		]);
		expect(items.map(({ json }) => asSent(json))).toEqual([
			{
				run_id: first.runId,
				review_id: first.ids[0],
				node_exec_id: first.ids[0],
				decision: 'approve',
				edited: false,
				status: 'answered',
				left_over: [],
				also_answered: [],
			},
			expect.objectContaining({ run_id: second.runId, decision: 'reject', status: 'answered' }),
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		await until(() => stage.account.run(second.runId).status === 'COMPLETED');
	});

	it('answers all reviews of a run in one request, edits what may be edited, and waits', async () => {
		const { runId, ids } = await two();
		const { items } = await answer(
			[
				{ run: runId, review: ids[0], fields: { editedData: 'Better', message: 'Nicer so' } },
				{ run: runId, review: ids[1], fields: { editedData: '"A text"' } },
			],
			{ waitForRun: true },
		);
		expect(submissions(runId)).toHaveLength(1);
		expect(items[0]?.json).toMatchObject({
			status: 'COMPLETED',
			outputs: { approved_title: 'Better', approved_text: 'A text' },
			answer: { node_exec_id: ids[0], edited: true },
		});
		expect(items[1]?.json).toMatchObject({ answer: { node_exec_id: ids[1], edited: false } });
	});

	it.each([
		['2026', '2026'],
		['true', 'true'],
		['null', 'null'],
		['{"a": 1}', '{"a": 1}'],
		['"2026"', '2026'],
	])('keeps a text a text where the review shows one: %s', async (editedData, approved) => {
		const { runId, ids } = await one();
		const { items } = await answer([{ run: runId, review: ids[0], fields: { editedData } }], {
			waitForRun: true,
		});
		expect(items[0]?.json).toMatchObject({ status: 'COMPLETED', outputs: { approved } });
	});

	it('takes JSON where the review shows something else', async () => {
		const { runId, ids } = await ask('one', { text: { title: 'A title' } });
		const edit = async (editedData: string) =>
			(
				await answer([{ run: runId, review: ids[0], fields: { editedData } }], {
					waitForRun: true,
				})
			).items[0];
		expect(failureOf(await edit('Better')).message).toContain(
			"'Edited Data' is not valid JSON: Unexpected token",
		);
		expect((await edit('{"title": "Better"}'))?.json).toMatchObject({
			outputs: { approved: { title: 'Better' } },
		});
	});

	it('fails with the list of reviews that are left over', async () => {
		const { runId, ids } = await two();
		const { items } = await answer([{ run: runId, review: ids[0] }]);
		expect(failureOf(items[0]).message).toContain(`waits for 1 more: `);
		expect(failureOf(items[0]).message).toContain(ids[1]);
		expect(submissions(runId)).toEqual([]);
	});

	it.each([
		['approve', 'APPROVED'],
		['reject', 'REJECTED'],
		['leave', 'WAITING'],
	])('does with reviews left over as it is set: %s', async (ifLeftOver, status) => {
		const { runId, ids } = await two();
		const { items } = await answer([{ run: runId, review: ids[0] }], { ifLeftOver });
		expect(asSent(items[0]?.json)).toMatchObject({
			status: ifLeftOver === 'leave' ? 'notAnswered' : 'answered',
			edited: false,
			left_over: ifLeftOver === 'leave' ? [ids[1]] : [],
			also_answered: ifLeftOver === 'leave' ? [] : [ids[1]],
		});
		expect(submissions(runId)).toHaveLength(ifLeftOver === 'leave' ? 0 : 1);
		expect(reviewsOf(runId).find(({ nodeExecId }) => nodeExecId === ids[1])?.status).toBe(status);
	});

	it('refuses a second item for the same review, and still sends the first', async () => {
		const { runId, ids } = await one();
		const { items } = await answer([
			{ run: runId, review: ids[0] },
			{ run: runId, review: ids[0], decision: 'reject' },
		]);
		expect(items[0]?.json).toMatchObject({ status: 'answered', decision: 'approve' });
		expect(failureOf(items[1]).message).toContain('is answered by item 0 already');
	});

	it('checks edits before anything is sent', async () => {
		const { runId, ids } = await two();
		const { items } = await answer([
			{ run: runId, review: ids[0], fields: { editedData: 'A title' } },
			{ run: runId, review: ids[1], fields: { editedData: 'changed' } },
		]);
		expect(failureOf(items[0]).message).toContain('Another answer for run');
		expect(failureOf(items[1]).message).toContain('it cannot be edited');
		expect(submissions(runId)).toEqual([]);
		const bad = async (fields: IDataObject) =>
			failureOf((await answer([{ run: runId, review: ids[0], fields }])).items[0]).message;
		expect(await bad({ editedData: null })).toContain("'Edited Data' returns nothing");
		expect(await bad({ editedData: [[[[[[[[[[[1]]]]]]]]]]] })).toContain('deeper than 10');
		expect(await bad({ editedData: 'x'.repeat(1_000_001) })).toContain('longer than');
		expect(await bad({ message: 'x'.repeat(2_001) })).toContain('2001 characters');
		expect(await bad({ editedData: '1', autoApprove: true })).toContain('exclude each other');
		expect(submissions(runId)).toEqual([]);
	});

	it('recognises answers that came before', async () => {
		const { runId, ids } = await one();
		await answer([{ run: runId, review: ids[0] }]);
		const { items } = await answer([{ run: runId, review: ids[0] }]);
		expect(asSent(items[0]?.json)).toMatchObject({
			...{ status: 'alreadyAnswered', edited: false },
			...{ left_over: [], also_answered: [] },
		});
		const other = await answer([{ run: runId, review: ids[0], decision: 'reject' }]);
		expect(failureOf(other.items[0]).message).toContain('was approved already');
		const late = await answer([{ run: runId, review: ids[0], fields: { editedData: 'x' } }]);
		expect(failureOf(late.items[0]).description).toContain('came too late');
		expect(submissions(runId)).toHaveLength(1);
	});

	it('names runs and reviews that are not there', async () => {
		const { runId, ids } = await one();
		const other = await one();
		const done = stage.account.startRun(agents.none, { name: 'Ada' });
		await until(() => stage.account.run(done).status === 'COMPLETED');
		const { items } = await answer([
			{ run: 'nowhere', review: ids[0] },
			{ review: 'nothing' },
			{ run: runId, review: other.ids[0] },
			{ run: done, review: ids[0] },
			{ run: runId, review: ids[0], decision: 'maybe' },
		]);
		const messages = items.map((item) => failureOf(item).message);
		expect(messages[0]).toBe("The run 'nowhere' was not found");
		expect(messages[1]).toBe("Review 'nothing' was not found");
		expect(messages[2]).toBe(`Run '${runId}' has no review '${other.ids[0]}'`);
		expect(messages[3]).toBe(`Run '${done}' does not wait for an answer any more`);
		expect(messages[4]).toBe("'Decision' is 'maybe'");
	});

	it.each([
		['Decision', { decision: '={{ $json.nothing }}' }, "'Decision' is empty"],
		[
			'Edited Data',
			{ additionalFields: { editedData: '={{ $json.nothing }}' } },
			"'Edited Data' returns nothing",
		],
		[
			'Edited Data, as an empty text',
			{ additionalFields: { editedData: '={{ "" }}' } },
			"'Edited Data' returns nothing",
		],
		['Other Pending Reviews', { ifLeftOver: '={{ "aprove" }}' }, "'aprove' is not a choice"],
	] as Array<[string, INodeParameters, string]>)(
		'refuses an expression that returns nothing of use: %s',
		async (_, parameters, message) => {
			const { runId, ids } = await one();
			const { items } = await answer([{ run: runId, review: ids[0] }], parameters);
			expect(failureOf(items[0]).message).toContain(message);
			expect(submissions(runId)).toEqual([]);
			expect(reviewsOf(runId)[0]?.status).toBe('WAITING');
		},
	);

	it('needs no edited data to reject, and none where nothing can be edited', async () => {
		const { runId, ids } = await two();
		const { items } = await answer(
			[
				{ run: runId, review: ids[0], decision: 'reject' },
				{ run: runId, review: ids[1] },
			],
			{ additionalFields: { editedData: '={{ $json.nothing }}' } },
		);
		expect(items.map(({ json }) => json.status)).toEqual(['answered', 'answered']);
	});

	it.each(['{"a": 1', '[1, 2', '"A text'])(
		'refuses what was meant as JSON and is none, for a text too: %s',
		async (editedData) => {
			const { runId, ids } = await one();
			const { items } = await answer([{ run: runId, review: ids[0], fields: { editedData } }]);
			expect(failureOf(items[0]).message).toContain("'Edited Data' is not valid JSON: ");
			expect(submissions(runId)).toEqual([]);
		},
	);

	it('refuses different wishes for the other reviews of one run', async () => {
		const run = await two();
		const third = stage.account.requestReview(run.runId, { payload: 'And this?' });
		const { items } = await answer(
			run.ids.map((review, index) => ({
				...{ run: run.runId, review, wish: index === 0 ? 'approve' : 'reject' },
			})),
			{ ifLeftOver: '={{ $json.wish }}' },
		);
		for (const item of items) {
			expect(failureOf(item).message).toContain('for its other reviews: approve, reject');
		}
		expect(submissions(run.runId)).toEqual([]);
		expect(reviewsOf(run.runId).find((one) => one.nodeExecId === third)?.status).toBe('WAITING');
	});

	describe('when someone approves unedited a moment before an edit arrives', () => {
		/** Decides the first review of a run just before our answer is taken. */
		async function raced(comment: string | null, ageMs: number, message?: string) {
			const { runId, ids } = await two();
			stage.emulator.faults.add({ method: 'POST', path: /reviews/, kind: { delayMs: 400 } });
			const fields = { editedData: 'Better', ...(message ? { message } : {}) };
			const answering = answer([
				{ run: runId, review: ids[0], fields },
				{ run: runId, review: ids[1], fields: { editedData: 'A text' } },
			]);
			await until(() => submissions(runId).length === 1);
			const review = reviewsOf(runId).find(({ nodeExecId }) => nodeExecId === ids[0]);
			if (!review) throw new Error('No review');
			review.status = 'APPROVED';
			review.reviewedAt = new Date(stage.emulator.clock.now().getTime() - ageMs);
			review.comment = comment;
			return await answering;
		}

		it.each([
			['its comment is not ours', "Someone else's", 0, undefined],
			['it lacks our comment', null, 0, 'Nicer so'],
			['it is older than our answer', null, 60_000, undefined],
		])('fails the item where that is proved: %s', async (_, comment, ageMs, message) => {
			const { items } = await raced(comment, ageMs, message);
			expect(failureOf(items[0]).message).toContain('was answered by someone else a moment before');
			expect(items[1]?.json).toMatchObject({ status: 'answered', edited: false });
		});

		it('does not call it edited where nothing is proved, and says so', async () => {
			const { items, hints } = await raced(null, 0);
			expect(items[0]?.json).toMatchObject({ status: 'answered', edited: null });
			expect(JSON.stringify(hints)).toContain('does not show whether the edited data');
		});
	});

	describe('All Reviews of a Run', () => {
		const all = (runId: string, parameters: INodeParameters = {}) => ({
			...{ resource: 'review', operation: 'answer', answerFor: 'run' },
			...{ runId: rl(runId), decision: 'approve' },
			...parameters,
		});

		it('is one step from the item of a run that waits', async () => {
			const parked = await stage.run({
				...{ resource: 'agent', operation: 'runAndWait', agentId: rl(agents.two) },
				...{ inputsMode: 'json', inputsJson: '{"title": "A title", "text": "A text"}' },
			});
			expect(parked.hints).toEqual([
				{
					message: expect.stringContaining('Review > Answer') as string,
					...{ type: 'info', location: 'outputPane' },
				},
			]);
			const { items, error } = await stage.run(all('={{ $json.id }}'), {
				items: parked.items.map(({ json }) => ({ json })),
			});
			expect(error).toBeUndefined();
			const runId = String(parked.items[0]?.json.id);
			expect(items.map(({ json }) => [json.run_id, json.status, json.left_over])).toEqual([
				[runId, 'answered', []],
				[runId, 'answered', []],
			]);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
			expect(submissions(runId)).toHaveLength(1);
		});

		it('waits for the run once, and returns one item of it', async () => {
			const { runId, ids } = await two();
			const { items } = await stage.run(all(runId, { decision: 'reject', waitForRun: true }));
			expect(items).toHaveLength(1);
			expect(items[0]?.json).toMatchObject({
				id: runId,
				status: 'COMPLETED',
				answers: [{ decision: 'reject' }, { decision: 'reject' }],
			});
			const answers = items[0]?.json.answers as Array<{ node_exec_id: string }>;
			expect(answers.map(({ node_exec_id }) => node_exec_id).sort()).toEqual([...ids].sort());
		});

		it('fails where the run does not wait, and takes no edited data', async () => {
			const done = stage.account.startRun(agents.none, { name: 'Ada' });
			await until(() => stage.account.run(done).status === 'COMPLETED');
			const none = await stage.run(all(done));
			expect(none.error?.message).toContain('does not wait for an answer any more');
			const { runId } = await two();
			const edited = await stage.run(all(runId, { additionalFields: { editedData: '"x"' } }));
			expect(edited.error?.message).toContain("'Edited Data' belongs to one review");
			expect(submissions(runId)).toEqual([]);
		});
	});

	it("does not find another account's run", async () => {
		const { runId, ids } = await one();
		const key = stage.emulator.createAccount().createKey();
		const { items } = await answer([{ run: runId, review: ids[0] }], {}, key);
		expect(failureOf(items[0]).message).toBe(`The run '${runId}' was not found`);
	});

	it('says so when the run stops waiting in between', async () => {
		const { runId, ids } = await one();
		stage.emulator.faults.add({
			method: 'POST',
			path: /reviews/,
			kind: {
				status: 409,
				body: { error: { code: 'conflict', message: 'not in review', details: null } },
			},
		});
		const { items } = await answer([{ run: runId, review: ids[0] }]);
		expect(failureOf(items[0]).message).toContain('does not wait for an answer any more');
	});

	it('sends an answer once, and reads whether it arrived when that is unknown', async () => {
		const arrived = await one();
		const fault = { method: 'POST', path: /reviews/ };
		stage.emulator.faults.add({ ...fault, kind: { after: 'drop' } });
		const good = await answer([{ run: arrived.runId, review: arrived.ids[0] }]);
		expect(good.items[0]?.json).toMatchObject({ status: 'answered' });
		const lost = await one();
		stage.emulator.faults.add({ ...fault, kind: { status: 500 } });
		const bad = await answer([{ run: lost.runId, review: lost.ids[0] }]);
		expect(failureOf(bad.items[0]).description).toContain('they still wait');
		expect(submissions(lost.runId)).toHaveLength(1);
		expect(submissions(arrived.runId)).toHaveLength(1);
	});

	it('reads no more than it needs to', async () => {
		const asked = (from: number) =>
			stage.emulator.requests
				.slice(from)
				.filter(({ method }) => method === 'GET')
				.map(({ path }) => path);
		const first = await one();
		const before = stage.emulator.requests.length;
		await answer([{ review: first.ids[0] }]);
		const [search, waiting, ...others] = asked(before);
		expect(search).toContain('status=WAITING');
		expect(search).not.toContain('run_id');
		expect(waiting).toContain(`run_id=${first.runId}`);
		// Whether the run goes on.
		expect(others.filter((path) => path.includes('reviews'))).toEqual([]);
		const again = stage.emulator.requests.length;
		const { items } = await answer([{ run: first.runId, review: first.ids[0] }, { review: '' }]);
		expect(items[0]?.json).toMatchObject({ status: 'alreadyAnswered' });
		expect(failureOf(items[1]).message).toBe("'Review' is empty");
		expect(asked(again)).toEqual([
			expect.stringContaining(`run_id=${first.runId}`),
			expect.stringContaining(`run_id=${first.runId}`),
		]);
	});

	it('keeps apart what was answered before and what the run does not have', async () => {
		const { runId, ids } = await one();
		await answer([{ run: runId, review: ids[0], decision: 'reject' }]);
		await until(() => stage.account.run(runId).status === 'COMPLETED');
		const { items } = await answer([
			{ run: runId, review: ids[0] },
			{ run: runId, review: 'nothing' },
			{ run: runId, review: ids[0], decision: 'reject', fields: { editedData: '{"a": 1' } },
		]);
		expect(failureOf(items[0]).message).toContain('was rejected already');
		expect(failureOf(items[1]).message).toContain('does not wait for an answer any more');
		expect(failureOf(items[2]).message).toContain('is answered by item 0 already');
	});

	it('names edited data that is no JSON where the review was answered before, too', async () => {
		const { runId, ids } = await one();
		await answer([{ run: runId, review: ids[0] }]);
		const { items } = await answer([
			{ run: runId, review: ids[0], fields: { editedData: '{"a": 1' } },
		]);
		expect(failureOf(items[0]).message).toContain("'Edited Data' is not valid JSON");
	});

	it('says that a run has no such review where the run may not be read', async () => {
		const { runId } = await one();
		const key = stage.account.createKey({ scopes: ['READ_RUN_REVIEW', 'WRITE_RUN_REVIEW'] });
		const { items } = await answer([{ run: runId, review: 'nothing' }], {}, key);
		expect(failureOf(items[0]).message).toBe(`Run '${runId}' has no review 'nothing'`);
	});

	it('asks no item that has failed what becomes of the other reviews', async () => {
		const { runId, ids } = await two();
		const { items } = await answer(
			[
				{ run: runId, review: ids[0], wish: 'approve' },
				{ run: runId, review: ids[0], wish: 'reject' },
			],
			{ ifLeftOver: '={{ $json.wish }}' },
		);
		expect(items[0]?.json).toMatchObject({ status: 'answered', left_over: [] });
		expect(items[0]?.json.also_answered).toEqual([ids[1]]);
		expect(failureOf(items[1]).message).toContain('is answered by item 0 already');
	});

	it.each([true, false])(
		'has a block ask no more where that is wanted: %s',
		async (autoApprove) => {
			const { runId, ids } = await one();
			await answer([{ run: runId, review: ids[0], fields: { autoApprove } }]);
			const [body] = submissions(runId).map((request) => String(request.body));
			expect(JSON.parse(body ?? '')).toEqual({
				reviews: [{ node_exec_id: ids[0], approved: true, auto_approve_future: autoApprove }],
			});
		},
	);

	it('sends a message as it is meant, up to 2,000 characters', async () => {
		const { runId, ids } = await one();
		const message = 'x'.repeat(2_000);
		await answer([{ run: runId, review: ids[0], fields: { message: ` ${message}\n` } }]);
		expect(reviewsOf(runId)[0]?.comment).toBe(message);
	});

	it.each([
		['  [Draft] A title', 'is not valid JSON'],
		['"', 'is not valid JSON'],
		['A [draft] title', undefined],
		['See {1}', undefined],
	])('tells a text from what was meant as JSON: %s', async (editedData, fault) => {
		const { runId, ids } = await one();
		const { items } = await answer([{ run: runId, review: ids[0] }], {
			additionalFields: { editedData },
		});
		if (fault === undefined) expect(items[0]?.json).toMatchObject({ edited: true });
		else expect(failureOf(items[0]).message).toContain(fault);
	});

	it('takes an answer for stored only where all of its decisions are', async () => {
		const { runId, ids } = await two();
		const path = /reviews/;
		stage.emulator.faults.add({ method: 'POST', path, kind: { status: 500 } });
		stage.emulator.faults.add({ method: 'GET', path, skip: 1, kind: { delayMs: 400 } });
		const answering = answer(ids.map((review) => ({ run: runId, review })));
		await until(() => submissions(runId).length === 1);
		// Someone else approves one of them.
		const [review] = reviewsOf(runId);
		if (review) review.status = 'APPROVED';
		const { items } = await answering;
		expect(items).toHaveLength(2);
		for (const item of items) expect(failureOf(item).description).toContain('they still wait');
		expect(submissions(runId)).toHaveLength(1);
	});

	it('does not take back a stored answer because the run cannot be looked at afterwards', async () => {
		const { runId, ids } = await one();
		const isRead = new RegExp(`/runs/${runId}$`);
		const before = stage.emulator.requests.length;
		stage.emulator.faults.add({ method: 'GET', path: isRead, kind: { status: 501 }, times: 99 });
		const { items } = await answer([{ run: runId, review: ids[0] }]);
		stage.emulator.faults.clear();
		expect(items[0]?.json).toMatchObject({ status: 'answered' });
		const reads = stage.emulator.requests.slice(before).filter(({ path }) => isRead.test(path));
		expect(reads.length).toBeGreaterThan(0);
		expect(submissions(runId)).toHaveLength(1);
	});

	it('reports a run that does not go on after the answer', async () => {
		const { runId, ids } = await one();
		stage.emulator.mode.resumeFails = true;
		const { items } = await answer([{ run: runId, review: ids[0] }]);
		expect(failureOf(items[0]).message).toContain('did not take up');
	});

	it('sends nothing at all when the node stops at the first failure', async () => {
		const { runId, ids } = await one();
		const { error } = await stage.run(
			{
				resource: 'review',
				operation: 'answer',
				runId: rl('={{ $json.run }}'),
				reviewId: rl(String(ids[0])),
			},
			{ items: [{ json: { run: runId } }, { json: { run: 'nowhere' } }] },
		);
		expect(error?.message).toBe("The run 'nowhere' was not found");
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(submissions(runId)).toEqual([]);
	});

	it.each([
		['getMany', ['IDENTITY'], 'READ_RUN_REVIEW'],
		['answer', ['IDENTITY'], 'READ_RUN_REVIEW'],
		['answer', ['READ_RUN_REVIEW', 'READ_RUN'], 'WRITE_RUN_REVIEW'],
	] as const)('names the permission: %s with %j', async (operation, scopes, needed) => {
		const { runId, ids } = await one();
		const key = stage.account.createKey({ scopes: [...scopes] });
		const { error } = await stage.run(
			{ resource: 'review', operation, runId: rl(runId), reviewId: rl(String(ids[0])) },
			{ key },
		);
		expect(error?.message).toContain(needed);
	});
});
