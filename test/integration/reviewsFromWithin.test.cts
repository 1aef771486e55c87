import type { ReviewDecision } from '../../client/contract/types';
import type { AutoGptClient } from '../../client/http/client';
import { resetProcessState } from '../../client/process/processState';
import {
	isStuckAfterAnswer,
	notWaiting,
	readEdits,
	readReviews,
	submitDecisions,
} from '../../client/runs/reviews';
import type { FaultKind } from '../emulator/index.cts';
import { failureOfCall, openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { useWaitingStage } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(1_000),
);

const SECOND_MS = 1_000;

const use = useWaitingStage();
let client: AutoGptClient;

beforeEach(async () => {
	client = await openStageClient(use.stage);
});

afterEach(() => resetProcessState());

const fail = (method: string, path: RegExp, kind: FaultKind, times = Infinity) =>
	use.stage.emulator.faults.add({ method, path, times, kind });

const storedOf = (id: string) => {
	const found = use.stage.account.reviews().find(({ nodeExecId }) => nodeExecId === id);
	if (!found) throw new Error(`No review ${id}`);
	return found;
};

/** A run that waits for answers, and its reviews. */
function waiting(count = 1, payload: unknown = 'A text') {
	const runId = use.started();
	const ids = Array.from({ length: count }, () =>
		use.stage.account.requestReview(runId, { payload } as never),
	);
	return { runId, ids, id: ids[0] ?? '' };
}

const lists = () => use.asked('GET', /reviews/).map(({ path }) => path);
const reads = (runId: string) => use.asked('GET', new RegExp(`/runs/${runId}$`));
const submissions = () => use.asked('POST', /\/reviews$/);

const decision = (id: string, more: Partial<ReviewDecision> = {}): ReviewDecision => ({
	...{ node_exec_id: id, approved: true },
	...more,
});

test('Notes that a block is approved without asking are no reviews', async () => {
	const { runId, ids } = waiting(3);
	const [note = '', alike = '', usual = ''] = ids;
	storedOf(note).nodeExecId = `auto_approve_${runId}_block`;
	storedOf(alike).nodeExecId = `${runId}_auto_approve_`;
	const found = await readReviews(client, { run_id: runId });
	expect(new Set(found.map(({ node_exec_id }) => node_exec_id))).toEqual(
		new Set([`${runId}_auto_approve_`, usual]),
	);
});

describe('A run that does not wait', () => {
	test('is said to be what it is', async () => {
		const runId = use.started();
		const error = await notWaiting(client, runId);
		expect(error).toMatchObject({ status: 409, outcome: 'refused' });
		expect(error.message).toContain(`'${runId}'`);
		expect(error.description).toContain('Its status is RUNNING.');
	});

	test('is not said to be anything where it may not be read', async () => {
		const runId = use.started();
		fail('GET', /\/runs\//, { status: 403 });
		const { description } = await notWaiting(client, runId);
		expect(description).toContain('Nothing was changed.');
		expect(description).not.toContain('Its status');
	});

	test('is not guessed at where AutoGPT is out of reach', async () => {
		const runId = use.started();
		fail('GET', /\/runs\//, { status: 500 });
		expect(await failureOfCall(notWaiting(client, runId))).toMatchObject({ status: 500 });
	});
});

describe('An answer', () => {
	test('is one request', async () => {
		const { runId, ids } = waiting(2);
		await submitDecisions(client, runId, [
			decision(String(ids[0])),
			decision(String(ids[1]), { approved: false }),
		]);
		expect(ids.map((id) => storedOf(id).status)).toEqual(['APPROVED', 'REJECTED']);
		expect([submissions().length, lists().length]).toEqual([1, 0]);
	});

	test('that AutoGPT takes for wrong says that reviews may have come', async () => {
		const { runId, id } = waiting();
		const body = { error: { code: 'bad_request', message: 'Not all', details: null } };
		fail('POST', /reviews/, { status: 400, body });
		const error = await failureOfCall(submitDecisions(client, runId, [decision(id)]));
		expect(error).toMatchObject({ status: 400, code: 'bad_request', outcome: 'refused' });
		expect(error.message).toContain('Not all');
		expect(error.description).toContain(`Reviews of run '${runId}' may have come`);
	});

	test('that may not be given is refused in the usual words', async () => {
		const { runId, id } = waiting();
		fail('POST', /reviews/, { status: 403 });
		const error = await failureOfCall(submitDecisions(client, runId, [decision(id)]));
		expect(error.status).toBe(403);
		expect(error.description).not.toContain('may have come');
	});

	test('that came too late says how the run is', async () => {
		const { runId, id } = waiting();
		fail('POST', /reviews/, { status: 409 });
		const error = await failureOfCall(submitDecisions(client, runId, [decision(id)]));
		expect(error.message).toContain('does not wait for an answer any more');
		expect(error.description).toContain('Its status is REVIEW.');
	});

	test.each([true, false])('without a response is looked for: approved is %s', async (approved) => {
		const { runId, id } = waiting();
		fail('POST', /reviews/, { after: 'drop' });
		await submitDecisions(client, runId, [decision(id, { approved })]);
		expect(submissions()).toHaveLength(1);
		expect(lists()).toEqual([expect.stringContaining(`run_id=${runId}`)]);
	});

	test.each([
		['REJECTED', true],
		['APPROVED', false],
	] as const)('is not taken for the %s one of someone else', async (status, approved) => {
		const { runId, id } = waiting();
		fail('POST', /reviews/, { status: 500 });
		storedOf(id).status = status;
		const answering = submitDecisions(client, runId, [decision(id, { approved })]);
		expect(await failureOfCall(answering)).toMatchObject({ outcome: 'unknown', status: 500 });
	});

	test('that was lost may be sent again by n8n', async () => {
		const { runId, id } = waiting();
		fail('POST', /reviews/, { before: 'drop' });
		const error = await failureOfCall(submitDecisions(client, runId, [decision(id)]));
		expect(error.outcome).toBe('unknown');
		expect(error.description).toContain('they still wait, so the answer may be sent again');
		expect(error.failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(submissions()).toHaveLength(1);
	});

	test('of which nothing can be read must not be sent again', async () => {
		const { runId, id } = waiting();
		fail('POST', /reviews/, { status: 500 });
		fail('GET', /reviews/, { status: 403 });
		const error = await failureOfCall(submitDecisions(client, runId, [decision(id)]));
		expect(error).toMatchObject({ outcome: 'unknown', status: 500 });
		expect(error.description).toContain(`Look at run '${runId}' in AutoGPT`);
		expect(error.failure).toBeUndefined();
	});
});

describe('Edited data that was sent', () => {
	const now = () => use.stage.emulator.clock.now();
	const edited = (id: string, more: Partial<ReviewDecision> = {}) =>
		decision(id, { edited_payload: 'Better', ...more });

	const states = async (runId: string, decisions: ReviewDecision[], sentAt = now()) =>
		Object.fromEntries(await readEdits(client, runId, decisions, sentAt));

	test('is not asked for where there is none', async () => {
		const { runId, id } = waiting();
		expect(await states(runId, [decision(id)])).toEqual({});
		expect(lists()).toEqual([]);
	});

	test('counts where the review shows it', async () => {
		const { runId, ids } = waiting(2, 'Better');
		const [id = '', other = ''] = ids;
		expect(await states(runId, [edited(id), decision(other)])).toEqual({ [id]: 'stored' });
		expect(lists()).toEqual([expect.stringContaining(`run_id=${runId}`)]);
	});

	test.each<[string, string | null, string | undefined, string]>([
		['of someone else', 'Fine', undefined, 'tooLate'],
		['that lacks ours', null, 'Nicer', 'tooLate'],
		['of ours', 'Nicer', 'Nicer', 'unknown'],
		['of nobody', null, undefined, 'unknown'],
		['that is empty', '', undefined, 'unknown'],
	])('is known by a comment %s', async (_, comment, message, state) => {
		const { runId, id } = waiting();
		storedOf(id).comment = comment;
		expect(await states(runId, [edited(id, { message })])).toEqual({ [id]: state });
	});

	test.each([
		['long before', 3_000, 'tooLate'],
		['a moment before', 1_000, 'unknown'],
		['behind it', -5_000, 'unknown'],
	])('is known by an answer %s', async (_, beforeMs, state) => {
		const { runId, id } = waiting();
		const sentAt = new Date(Math.floor(now().getTime() / SECOND_MS) * SECOND_MS);
		storedOf(id).reviewedAt = new Date(sentAt.getTime() - beforeMs);
		expect(await states(runId, [edited(id)], sentAt)).toEqual({ [id]: state });
	});

	test('is not known of a review that is not there', async () => {
		const { runId } = waiting();
		expect(await states(runId, [edited('nowhere')])).toEqual({ nowhere: 'unknown' });
	});

	test('is not known where the reviews cannot be read', async () => {
		const { runId, id } = waiting();
		fail('GET', /reviews/, { status: 403 });
		expect(await states(runId, [edited(id)])).toEqual({ [id]: 'unknown' });
	});

	test('is not asked for any more after Stop', async () => {
		const { runId, id } = waiting();
		const stopped = client.withSignal(AbortSignal.abort(new Error('Stopped')));
		const reading = readEdits(stopped, runId, [edited(id)], now());
		await expect(reading).rejects.toThrow('Stopped');
	});
});

describe('A run that was answered', () => {
	test('is stuck where it waits on, for nothing', async () => {
		const { runId, id } = waiting();
		storedOf(id).status = 'APPROVED';
		expect(await isStuckAfterAnswer(client, runId)).toBe(true);
		expect(reads(runId)).toHaveLength(3);
	});

	test('is not stuck where it goes on', async () => {
		const runId = use.started();
		expect(await isStuckAfterAnswer(client, runId)).toBe(false);
		expect(reads(runId)).toHaveLength(1);
		expect(lists()).toEqual([]);
	});

	test('is not stuck where it has another question', async () => {
		const { runId } = waiting();
		expect(await isStuckAfterAnswer(client, runId)).toBe(false);
		expect(reads(runId)).toHaveLength(1);
	});

	test.each([403, 404])('is taken to go on where it cannot be read: %i', async (status) => {
		const { runId } = waiting();
		fail('GET', /\/runs\/[\w-]+$/, { status });
		expect(await isStuckAfterAnswer(client, runId)).toBe(false);
	});

	test('is not judged where AutoGPT is out of reach', async () => {
		const { runId } = waiting();
		fail('GET', /\/runs\/[\w-]+$/, { status: 500 });
		expect(await failureOfCall(isStuckAfterAnswer(client, runId))).toMatchObject({ status: 500 });
	});
});
