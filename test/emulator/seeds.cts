import { greetingAgent, reviewAgent } from './agents';
import { createAccount } from './accounts.cts';
import type { Core } from './core.cts';
import { decideSubmission, profileOf, submit } from './listings.cts';

/** Puts two agents of a made-up creator on the marketplace. */
export function seedMarketplace(core: Core): void {
	const { userId, createAgent } = createAccount(core, {
		name: 'Emulator creator',
		email: 'creator@people.example',
	});
	const user = core.state.users.get(userId);
	if (user) profileOf(user).is_featured = true;
	for (const agent of [greetingAgent, reviewAgent]) {
		const { graphId } = createAgent(agent);
		const record = submit(core, userId, {
			graph_id: graphId,
			graph_version: 1,
			name: agent.name,
			slug: agent.name.toLowerCase().replaceAll(' ', '-'),
			description: agent.description ?? '',
			sub_heading: 'From the AutoGPT emulator',
			categories: ['demo'],
			image_urls: [],
			changes_summary: 'Initial Submission',
		});
		decideSubmission(core, record.submission.listing_version_id, true);
		record.isFeatured = agent === greetingAgent;
		record.submission.run_count = agent.nodes.length;
		record.submission.user_review_avg_rating = 4.5;
	}
}
