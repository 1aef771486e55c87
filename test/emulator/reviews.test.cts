import { BLOCK_IDS, greetingAgent, reviewAgent, twoReviewsAgent } from './agents';
import { Client, type ErrorBody } from './client.cts';
import { startEmulator, type Emulator, type Schemas } from './index.cts';

let emulator: Emulator;
let client: Client;

beforeEach(async () => {
	emulator = await startEmulator();
	client = new Client(emulator, emulator.createAccount({ name: 'Ada' }));
});

afterEach(async () => {
	expect(emulator.contractViolations).toEqual([]);
	await emulator.close();
});

async function parked(agent = reviewAgent, inputs: Record<string, unknown> = { text: 'Draft' }) {
	const { agentId, graphId } = client.account.createAgent(agent);
	const id = client.account.startRun(agentId, inputs);
	const run = await client.until(id, 'REVIEW');
	const list = await client.get<Schemas['ReviewPage']>(`/runs/reviews?run_id=${id}&status=WAITING`);
	return { id, graphId, run, reviews: list.body.items };
}

const decide = (id: string, reviews: object[]) =>
	client.post<Schemas['ReviewResult']>(`/runs/${id}/reviews`, { reviews });

test('check 27: all answered, the run goes on later; again is 409', async () => {
	const { id, run, reviews } = await parked();
	expect(reviews).toMatchObject([
		{ payload: 'Draft', instructions: 'Is this text fine?', editable: true, processed: false },
	]);
	const decision = { node_exec_id: reviews[0]?.node_exec_id, approved: true, message: 'Good' };
	await new Promise((resume) => setTimeout(resume, 5));
	const answer = await decide(id, [decision]);
	expect(answer.status).toBe(202);
	expect(answer.body).toEqual({ run_id: id, approved_count: 1, rejected_count: 0 });
	expect((await decide(id, [decision])).status).toBe(409);
	const done = await client.until(id, 'COMPLETED');
	expect(done.outputs).toEqual({ approved: ['Draft'] });
	expect(done.started_at! > run.started_at!).toBe(true);
	const after = await client.get<Schemas['ReviewPage']>(`/runs/reviews?run_id=${id}`);
	expect(after.body.items).toMatchObject([
		{ status: 'APPROVED', processed: true, reviewer_comment: 'Good' },
	]);
});

test('the state after the answer is QUEUED, then RUNNING', async () => {
	const slow = await startEmulator({ runTimeMs: 60 });
	const other = new Client(slow, slow.createAccount());
	const { agentId } = other.account.createAgent(reviewAgent);
	const id = other.account.startRun(agentId, { text: 'Draft' });
	await other.until(id, 'REVIEW');
	const { nodeExecId } = other.account.reviews()[0]!;
	await other.post(`/runs/${id}/reviews`, {
		reviews: [{ node_exec_id: nodeExecId, approved: true }],
	});
	expect((await other.run(id)).body.status).toBe('QUEUED');
	await other.until(id, 'RUNNING');
	await other.until(id, 'COMPLETED');
	await slow.close();
});

test('check 27: an edit of a review that is not editable applies nothing', async () => {
	const { id, reviews } = await parked(twoReviewsAgent, { title: 'T', text: 'X' });
	const title = reviews.find((one) => one.editable)?.node_exec_id;
	const text = reviews.find((one) => !one.editable)?.node_exec_id;
	const edited = (edited_payload: unknown) => [
		{ node_exec_id: title, approved: true, edited_payload: 'Better' },
		{ node_exec_id: text, approved: false, edited_payload },
	];
	expect((await decide(id, edited('changed'))).status).toBe(400);
	expect(client.account.reviews().map((one) => one.status)).toEqual(['WAITING', 'WAITING']);
	expect((await decide(id, edited('X'))).body).toMatchObject({
		approved_count: 1,
		rejected_count: 1,
	});
	const done = await client.until(id, 'COMPLETED');
	expect(done.outputs).toEqual({ approved_title: ['Better'], rejected: ['X'] });
});

test('reviews left out wait on, and the run stays; in an older reading the set is refused', async () => {
	const { id, reviews } = await parked(twoReviewsAgent, { title: 'T', text: 'X' });
	const [first, second] = reviews.map((one) => [
		{ node_exec_id: one.node_exec_id, approved: true },
	]);
	emulator.mode.omitReviews = 'fail';
	expect((await decide(id, first!)).status).toBe(400);
	emulator.mode.omitReviews = 'save';
	expect((await decide(id, first!)).status).toBe(202);
	expect((await client.run(id)).body.status).toBe('REVIEW');
	const other = first!.map((one) => ({ ...one, approved: false }));
	expect((await decide(id, other)).status).toBe(400);
	expect((await decide(id, first!)).status).toBe(202);
	emulator.mode.repeatedDecision = 'refuse';
	expect((await decide(id, first!)).status).toBe(400);
	expect((await decide(id, second!)).status).toBe(202);
	await client.until(id, 'COMPLETED');
});

test('malformed, unknown, empty and foreign decisions', async () => {
	const { id, reviews } = await parked();
	const own = { node_exec_id: reviews[0]?.node_exec_id, approved: true };
	expect((await decide(id, [{ ...own, message: 'x'.repeat(2001) }])).status).toBe(422);
	const deep = JSON.parse('['.repeat(11) + ']'.repeat(11)) as unknown;
	const tooDeep = await client.post<ErrorBody>(`/runs/${id}/reviews`, {
		reviews: [{ ...own, edited_payload: deep }],
	});
	expect(tooDeep.status).toBe(422);
	const [issue] = tooDeep.body.error.details?.errors ?? [];
	expect(issue?.loc).toEqual(['body', 'reviews', 0, 'reviewed_data']);
	expect((await decide('unknown', [own])).status).toBe(404);
	expect((await decide(id, [])).status).toBe(400);
	expect((await decide(id, [own, { ...own, node_exec_id: 'unknown' }])).status).toBe(404);
	expect((await client.run(id)).body.status).toBe('REVIEW');
	expect((await decide(id, [{ ...own, approved: false }, own])).body.approved_count).toBe(1);
});

/** Asks about its text until the text ends in two exclamation marks. */
const loopingAgent = {
	...reviewAgent,
	nodes: [
		...reviewAgent.nodes,
		{
			id: 'louder',
			block_id: BLOCK_IDS.template,
			input_default: { format: '{{ text }}!', values: {} },
			metadata: {},
		},
		{
			id: 'enough',
			block_id: '715696a0-e1da-45c8-b209-c2fa9c3b0be6',
			input_default: { operator: '==', value2: 'Draft!!' },
			metadata: {},
		},
	],
	links: [
		['text', 'result', 'review', 'data'],
		['review', 'approved_data', 'louder', 'values_#_text'],
		['louder', 'output', 'enough', 'value1'],
		['enough', 'no_output', 'review', 'data'],
		['enough', 'yes_output', 'approved', 'value'],
		['review', 'rejected_data', 'rejected', 'value'],
	].map(([source_id = '', source_name = '', sink_id = '', sink_name = ''], index) => ({
		id: String(index),
		source_id,
		source_name,
		sink_id,
		sink_name,
		is_static: false,
	})),
};

test('the same node may ask again in a later review', async () => {
	const { id, reviews } = await parked(loopingAgent);
	await decide(id, [{ node_exec_id: reviews[0]?.node_exec_id, approved: true }]);
	await new Promise((resume) => setTimeout(resume, 30));
	await client.until(id, 'REVIEW');
	expect(client.account.reviews().map((one) => one.payload)).toEqual(['Draft', 'Draft!']);
});

test('approved for the future: the edit is dropped, and later reviews are not asked', async () => {
	const { id, reviews } = await parked(loopingAgent);
	const decision = {
		node_exec_id: reviews[0]?.node_exec_id,
		approved: true,
		edited_payload: 'changed',
		auto_approve_future: true,
	};
	await decide(id, [decision]);
	expect((await client.until(id, 'COMPLETED')).outputs).toEqual({ approved: ['Draft!!'] });
	const markers = client.account.reviews().slice(1);
	expect(markers).toMatchObject([{ status: 'APPROVED' }]);
	expect(markers[0]?.nodeExecId).toMatch(/^auto_approve_/);
});

test('check 25: stopping a run in REVIEW rejects its reviews', async () => {
	const { id } = await parked();
	const stopped = await client.post<Schemas['Run']>(`/runs/${id}/stop`);
	expect(stopped.body.status).toBe('TERMINATED');
	expect(client.account.reviews()).toMatchObject([{ status: 'REJECTED', processed: true }]);
});

test('without safe mode nobody is asked', async () => {
	const { agentId, graphId } = client.account.createAgent(reviewAgent);
	const settings = { human_in_the_loop_safe_mode: false };
	const answer = await client.call('PATCH', `/graphs/${graphId}/settings`, { json: settings });
	expect(answer.body).toEqual(settings);
	const run = await client.until(client.account.startRun(agentId, { text: 'Draft' }), 'COMPLETED');
	expect(run.outputs).toEqual({ approved: ['Draft'] });
});

test('a resume that fails leaves the run in REVIEW with nothing to answer', async () => {
	emulator.mode.resumeFails = true;
	const { id, reviews } = await parked();
	const answer = await decide(id, [{ node_exec_id: reviews[0]?.node_exec_id, approved: true }]);
	expect(answer.status).toBe(202);
	expect((await client.run(id)).body.status).toBe('REVIEW');
	expect(client.account.reviews().every((one) => one.status !== 'WAITING')).toBe(true);
});

test('a run driven by hand', async () => {
	const { agentId } = client.account.createAgent(greetingAgent, { manual: true });
	const id = client.account.startRun(agentId, { name: 'Ada' });
	expect((await client.run(id)).body.status).toBe('QUEUED');
	client.account.setRunStatus(id, 'RUNNING');
	const node_exec_id = client.account.requestReview(id, { payload: { a: 1 }, editable: false });
	expect((await client.run(id)).body.status).toBe('REVIEW');
	expect((await decide(id, [{ node_exec_id, approved: true }])).status).toBe(202);
	expect((await client.run(id)).body.status).toBe('QUEUED');
	client.account.finishRun(id, 'FAILED', { partial: [1] });
	expect((await client.run(id)).body).toMatchObject({
		status: 'FAILED',
		outputs: { partial: [1] },
	});
});
