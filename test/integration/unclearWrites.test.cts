import { BlockAgents } from '../../client/agents/blockAgents';
import { layoutOf } from '../../client/agents/blockLayout';
import { findBlock } from '../../client/agents/blocks';
import { PlatformError } from '../../client/errors/platformError';
import { uploadFile } from '../../client/files/files';
import type { AutoGptClient } from '../../client/http/client';
import { submitDecisions } from '../../client/runs/reviews';
import { startRun } from '../../client/runs/starts';
import { createSchedule } from '../../client/schedules/schedules';
import { BLOCK_IDS, greetingAgent, reviewAgent } from '../emulator/agents';
import { setStage, type Stage } from '../harness/account.cts';
import { openStageClient } from '../harness/client.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { until } from '../harness/waiting.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

type Send = (client: AutoGptClient) => Promise<unknown>;

/** A write, and where AutoGPT is asked whether it took effect. */
interface Write {
	path: RegExp;
	checked: RegExp;
	/** Makes all that the write needs, and returns what sends it. */
	prepare: (stage: Stage, client: AutoGptClient) => Send | Promise<Send>;
}

const upload: Write = {
	path: /\/files\/upload/,
	checked: /\/files\?/,
	prepare: () => {
		const content = Buffer.from('content');
		const file = { name: 'a.txt', mimeType: 'text/plain', size: content.length, content };
		return async (client) => await uploadFile(client, file);
	},
};

const schedule: Write = {
	path: /\/schedules$/,
	checked: /\/schedules\?/,
	prepare: ({ account }) => {
		const { graphId: graph_id } = account.createAgent(greetingAgent);
		const inputs = { name: 'Ada' };
		const wanted = { graph_id, graph_version: 1, name: 'News', cron: '0 9 * * *', inputs };
		return async (client) => await createSchedule(client, wanted);
	},
};

const blockAgent: Write = {
	path: /\/graphs$/,
	checked: /\/library\/agents\?/,
	prepare: async (_, client) => {
		const layout = layoutOf(await findBlock(client, BLOCK_IDS.template), []);
		return async (own) => await new BlockAgents(own).agentFor(layout);
	},
};

const answer: Write = {
	path: /\/runs\/[\w-]+\/reviews$/,
	checked: /\/runs\/reviews\?/,
	prepare: async ({ account }) => {
		const runId = account.startRun(account.createAgent(reviewAgent).agentId, { text: 'A text' });
		await until(() => account.run(runId).status === 'REVIEW');
		const decisions = account
			.reviews()
			.map(({ nodeExecId: node_exec_id }) => ({ node_exec_id, approved: true }));
		return async (client) => await submitDecisions(client, runId, decisions);
	},
};

const start: Write = {
	path: /\/library\/agents\/[\w-]+\/runs$/,
	checked: /\/runs\?/,
	prepare: ({ account, emulator }) => {
		// On a server that heeds keys a start is sent again under its key.
		emulator.mode.idempotency = 'ignored';
		const { agentId } = account.createAgent(greetingAgent);
		const body = { inputs: { name: 'Ada' } };
		const request = { agentId, body, key: 'key', isOwnKey: false, attemptId: 'attempt' };
		return async (client) => await startRun(client, request);
	},
};

const all: Array<[string, Write]> = [
	['an upload', upload],
	['a schedule', schedule],
	['the agent of a block', blockAgent],
	['an answer to a review', answer],
	['a start', start],
];

describe('A write whose outcome is unclear', () => {
	let stage: Stage;

	beforeEach(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false } });
	});

	afterEach(async () => await stage.emulator.close());

	const sent = (path: RegExp, method = 'POST') =>
		stage.emulator.requests.filter((one) => one.method === method && path.test(one.path)).length;

	async function prepare({ path, prepare: get }: Write) {
		const client = await openStageClient(stage);
		const send = await get(stage, client);
		stage.emulator.requests.length = 0;
		stage.emulator.faults.add({ method: 'POST', path, kind: { after: 'drop' } });
		return { client, send };
	}

	const failure = async (sending: Promise<unknown>) =>
		await sending.then(
			() => undefined,
			(error: unknown) => error,
		);

	test.each(all.filter(([, write]) => write !== start))(
		'is sent once, and found: %s',
		async (_, write) => {
			const { client, send } = await prepare(write);
			await send(client);
			expect(sent(write.path)).toBe(1);
		},
	);

	test('is no other file of the same name and size: an upload that never arrived', async () => {
		const client = await openStageClient(stage);
		const fault = { method: 'POST', path: upload.path, kind: { before: 'drop' as const } };
		stage.emulator.faults.add(fault);
		stage.account.addFile('a.txt', 'strange');
		const send = await upload.prepare(stage, client);
		expect(await failure(send(client))).toMatchObject({ outcome: 'unknown' });
		expect(sent(upload.path)).toBe(1);
	});

	test('is sent once, and what may be its result is named: a start', async () => {
		const { client, send } = await prepare(start);
		const error = await failure(send(client));
		expect(error).toMatchObject({ outcome: 'unknown' });
		const [run] = stage.account.runs();
		expect(error).toHaveProperty('description', expect.stringContaining(run?.id ?? 'no run'));
		expect(sent(start.path)).toBe(1);
	});

	test.each(all)('stays unclear where AutoGPT cannot be asked: %s', async (_, write) => {
		const { client, send } = await prepare(write);
		stage.emulator.faults.add({
			method: 'GET',
			path: write.checked,
			kind: { status: 403 },
			times: 9,
			// The library is read before an agent is made as well.
			skip: write === blockAgent ? 1 : 0,
		});
		const error = await failure(send(client));
		expect(error).toBeInstanceOf(PlatformError);
		expect(error).toMatchObject({ outcome: 'unknown' });
		expect(error).toHaveProperty('message', expect.not.stringContaining('permission'));
		expect(sent(write.path)).toBe(1);
	});

	test.each(all)('lets Stop pass while AutoGPT is asked: %s', async (_, write) => {
		const { client, send } = await prepare(write);
		const skip = write === blockAgent ? 1 : 0;
		const kind = { status: 503 };
		stage.emulator.faults.add({ method: 'GET', path: write.checked, kind, times: 99, skip });
		const stop = new AbortController();
		const stopped = failure(send(client.withSignal(stop.signal)));
		await until(() => sent(write.checked, 'GET') > skip);
		stop.abort();
		const error = await stopped;
		expect(error).toBeInstanceOf(Error);
		expect(error).not.toBeInstanceOf(PlatformError);
		expect(sent(write.path)).toBe(1);
	});
});
