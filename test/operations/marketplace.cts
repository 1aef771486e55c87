import { greetingAgent } from '../emulator/agents';
import type { Schemas } from '../emulator/index.cts';
import { rl } from '../harness/locator.cts';
import { some, someText, type Trial, type World } from './trial.cts';

const listing = { marketplaceAgent: rl('emulator-creator/greeting-agent') };
const texts = { name: 'Hello', subHeading: 'Hi', description: 'Says hello' };

async function submission(world: World) {
	const { graphId } = world.account.createAgent(greetingAgent);
	const body = {
		graph_id: graphId,
		graph_version: 1,
		name: 'Hello',
		slug: 'hello',
		description: 'Says hello',
		sub_heading: 'Hi',
		video_url: 'https://video.example',
	};
	const { listing_version_id } = await world.send<Schemas['Submission']>(
		'POST',
		'/marketplace/submissions',
		body,
	);
	return { submissionId: rl(listing_version_id) };
}

const noSubmission = { submissionId: rl('nobody') };

const agents: Trial[] = [
	{
		use: 'marketplaceAgent.getMany',
		given: () => ({
			filters: {
				featured: true,
				creator: rl('emulator-creator'),
				category: rl('demo', 'name'),
			},
			options: { sortBy: 'name' },
		}),
		returns: { slug: 'greeting-agent' },
		empty: { search: 'nothing has this text' },
	},
	{
		use: 'marketplaceAgent.get',
		given: () => listing,
		returns: { creator: 'emulator-creator', graph_id: someText },
		unknown: { marketplaceAgent: rl('nobody/nothing') },
	},
	{
		use: 'marketplaceAgent.getByVersion',
		given: async ({ client }) => {
			const path = '/marketplace/agents/emulator-creator/greeting-agent';
			const { body } = await client.get<{ store_listing_version_id: string }>(path);
			return { versionId: body.store_listing_version_id };
		},
		returns: { slug: 'greeting-agent' },
		unknown: { versionId: 'nobody' },
	},
	{
		use: 'marketplaceAgent.addToLibrary',
		given: () => listing,
		returns: { name: 'Greeting agent' },
		unknown: { marketplaceAgent: rl('nobody/nothing') },
	},
	{
		use: 'marketplaceAgent.runAndWait',
		given: () => ({ ...listing, inputsMode: 'json', inputsJson: '{"name":"Ada"}' }),
		returns: { outputs: { greeting: 'Hello, Ada!' } },
		unknown: { marketplaceAgent: rl('nobody/nothing'), inputsMode: 'json' },
	},
];

const people: Trial[] = [
	{
		use: 'creator.get',
		given: () => ({ creator: rl('emulator-creator') }),
		returns: { num_agents: 2 },
		unknown: { creator: rl('nobody') },
	},
	{
		use: 'creator.getMany',
		given: () => ({
			search: 'emulator',
			filters: { featured: true },
			options: { sortBy: 'num_agents' },
		}),
		returns: { username: 'emulator-creator' },
		empty: { search: 'nothing has this text' },
	},
	{
		use: 'marketplaceProfile.get',
		given: async (world) => {
			await world.send('PATCH', '/marketplace/profile', { username: 'ada' });
			return {};
		},
		returns: { username: 'ada' },
	},
	{
		use: 'marketplaceProfile.update',
		given: () => ({
			updateFields: {
				name: 'Ada',
				links: ['https://a.example', 'https://b.example'],
				removeAvatar: true,
			},
		}),
		returns: {
			name: 'Ada',
			links: ['https://a.example', 'https://b.example'],
			avatar_url: null,
		},
	},
];

const submissions: Trial[] = [
	{
		use: 'submission.create',
		given: ({ account }) => ({
			...texts,
			graphId: rl(account.createAgent(greetingAgent).graphId),
			graphVersion: rl('1'),
			slug: 'hello',
			simplify: false,
			additionalFields: {
				categories: {
					category: ['writing', 'demo'].map((name) => ({ category: rl(name, 'name') })),
				},
				videoUrl: 'https://video.example',
			},
		}),
		returns: {
			submission_status: 'PENDING',
			categories: ['writing', 'demo'],
			video_url: 'https://video.example',
		},
		unknown: { ...texts, graphId: rl('nobody'), graphVersion: rl('1'), slug: 'hello' },
	},
	{ use: 'submission.getMany', given: submission, returns: { slug: 'hello' }, empty: {} },
	{
		use: 'submission.replace',
		given: async (world) => ({
			...(await submission(world)),
			...texts,
			name: 'Better',
			simplify: false,
		}),
		returns: { name: 'Better', slug: 'hello', video_url: null },
		unknown: { ...noSubmission, ...texts },
	},
	{
		use: 'submission.delete',
		given: submission,
		returns: { deleted: true },
		unknown: noSubmission,
	},
	{
		use: 'submission.uploadMedia',
		given: () => ({}),
		items: [
			{
				json: {},
				binary: { data: { data: 'SGVsbG8=', mimeType: 'image/png', fileName: 'a.png' } },
			},
		],
		returns: { url: some((url) => String(url).includes('/media/')) },
	},
];

export const marketplaceTrials: Trial[] = [...agents, ...people, ...submissions];
