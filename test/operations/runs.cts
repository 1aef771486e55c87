import { greetingAgent, reviewAgent } from '../emulator/agents';
import type { Schemas } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';
import { some, type Trial, type World } from './trial.cts';

async function finished(world: World) {
	const { agentId, graphId } = world.account.createAgent(greetingAgent);
	const runId = world.account.startRun(agentId, { name: 'Ada' });
	await world.client.until(runId, 'COMPLETED');
	return { agentId, graphId, runId };
}

const aRun = async (world: World) => ({ runId: rl((await finished(world)).runId) });
const noRun = { runId: rl('nobody') };

async function asked({ account, client }: World) {
	const { agentId } = account.createAgent(reviewAgent);
	const runId = account.startRun(agentId, { text: 'Hi' });
	await client.until(runId, 'REVIEW');
	return runId;
}

const runs: Trial[] = [
	{ use: 'run.get', given: aRun, returns: { status: 'COMPLETED' }, unknown: noRun },
	{ use: 'run.getMany', given: aRun, returns: { status: 'COMPLETED' }, empty: {} },
	{
		use: 'run.getMany',
		about: 'of an agent, by status and time',
		given: async (world) => ({
			filters: {
				agentId: rl((await finished(world)).agentId),
				statuses: ['COMPLETED', 'FAILED'],
				createdAfter: '2001-01-01T00:00:00',
				createdBefore: '2101-01-01T00:00:00',
			},
		}),
		returns: { status: 'COMPLETED' },
		empty: { filters: { createdBefore: '2001-01-01T00:00:00' } },
		unknown: { filters: { agentId: rl('nobody') } },
	},
	{
		use: 'run.getMany',
		about: 'of a graph',
		given: async (world) => {
			await finished(world);
			return { filters: { graphId: rl((await finished(world)).graphId) } };
		},
		returns: { status: 'COMPLETED' },
		empty: async (world) => {
			await finished(world);
			return { filters: { graphId: rl(world.account.createAgent(reviewAgent).graphId) } };
		},
	},
	{ use: 'run.delete', given: aRun, returns: { deleted: true }, unknown: noRun },
	{
		use: 'run.share',
		given: aRun,
		returns: { is_shared: true, share_url: some((url) => String(url).includes('http')) },
		unknown: noRun,
	},
	{ use: 'run.stopSharing', given: aRun, returns: { is_shared: false }, unknown: noRun },
	{
		use: 'run.stop',
		given: async (world) => ({ runId: rl(await asked(world)) }),
		returns: { status: 'TERMINATED', was_finished: false },
		unknown: noRun,
	},
	{
		use: 'run.wait',
		given: aRun,
		returns: { outputs: { greeting: 'Hello, Ada!' } },
		unknown: noRun,
	},
];

const reviews: Trial[] = [
	{
		use: 'review.getMany',
		given: async (world) => {
			await asked(world);
			return {};
		},
		returns: { status: 'WAITING' },
		empty: {},
	},
	{
		use: 'review.getMany',
		about: 'of one run',
		given: async (world) => {
			const runId = await asked(world);
			await asked(world);
			return { filters: { runId: rl(runId), status: 'WAITING' } };
		},
		returns: { status: 'WAITING' },
		empty: async (world) => {
			await asked(world);
			return { filters: { runId: rl((await finished(world)).runId) } };
		},
	},
	{
		use: 'review.answer',
		given: async (world) => {
			const runId = await asked(world);
			const [review] = world.account.reviews();
			return { runId: rl(runId), reviewId: rl(review?.nodeExecId ?? ''), decision: 'approve' };
		},
		returns: { decision: 'approve', status: 'answered' },
		unknown: { ...noRun, reviewId: rl('none'), decision: 'approve' },
	},
];

const aFile = ({ account }: World) => ({ fileId: rl(account.addFile('a.txt', 'Hello').id) });
const noFile = { fileId: rl('nobody') };

const files: Trial[] = [
	{ use: 'file.get', given: aFile, returns: { name: 'a.txt' }, unknown: noFile },
	{ use: 'file.getMany', given: aFile, returns: { name: 'a.txt' }, empty: {} },
	{ use: 'file.download', given: aFile, returns: { name: 'a.txt' }, unknown: noFile },
	{ use: 'file.delete', given: aFile, returns: { deleted: true }, unknown: noFile },
	{
		use: 'file.upload',
		given: () => ({}),
		items: [
			{
				json: {},
				binary: { data: { data: 'SGVsbG8=', mimeType: 'text/plain', fileName: 'a.txt' } },
			},
		],
		returns: { name: 'a.txt', size_bytes: 5 },
	},
];

async function schedule(world: World) {
	const { graphId } = world.account.createAgent(greetingAgent);
	const body = { graph_id: graphId, name: 'Daily', cron: '0 8 * * *', inputs: { name: 'Ada' } };
	return await world.send<Schemas['Schedule']>('POST', '/schedules', body);
}

const aSchedule = async (world: World) => ({ scheduleId: rl((await schedule(world)).id) });

const schedules: Trial[] = [
	{
		use: 'schedule.create',
		given: ({ account }) => ({
			agentId: rl(account.createAgent(greetingAgent).agentId),
			name: 'Daily',
			rhythm: 'custom',
			cron: '0 8 * * *',
			inputsMode: 'json',
			inputsJson: '{"name":"Ada"}',
		}),
		returns: { name: 'Daily' },
		unknown: {
			agentId: rl('nobody'),
			name: 'Daily',
			rhythm: 'custom',
			cron: '0 8 * * *',
			inputsMode: 'json',
		},
	},
	{
		use: 'schedule.get',
		given: aSchedule,
		returns: { name: 'Daily' },
		unknown: { scheduleId: rl('nobody') },
	},
	{ use: 'schedule.getMany', given: aSchedule, returns: { name: 'Daily' }, empty: {} },
	{
		use: 'schedule.getMany',
		about: 'of a graph',
		given: async (world) => {
			await schedule(world);
			return { filters: { graphId: rl((await schedule(world)).graph_id) } };
		},
		returns: { name: 'Daily' },
		empty: async (world) => {
			await schedule(world);
			return { filters: { graphId: rl(world.account.createAgent(reviewAgent).graphId) } };
		},
	},
	{
		use: 'schedule.delete',
		given: aSchedule,
		returns: { deleted: true },
		unknown: { scheduleId: rl('nobody') },
	},
];

export const runTrials: Trial[] = [...runs, ...reviews, ...files, ...schedules];
