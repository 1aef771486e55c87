import type { Core } from './core.cts';
import { newId } from './ids.cts';
import type { SubmissionRecord, UserRecord } from './state.cts';
import type { Schemas } from './types.cts';

const NO_PICTURE = 'https://pictures.example/none.png';

/** The public profile of a user; made from the account where there is none. */
export function profileOf(user: UserRecord): Schemas['MarketplaceProfile'] {
	user.profile ??= {
		name: user.name ?? 'Unnamed',
		username: (user.name ?? user.id).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
		description: '',
		links: [],
		avatar_url: null,
		is_featured: false,
	};
	return user.profile;
}

function creatorOf(core: Core, record: SubmissionRecord): Schemas['MarketplaceProfile'] {
	const user = core.state.users.get(record.userId);
	if (!user) throw new Error(`No user ${record.userId}`);
	return profileOf(user);
}

/** Approved submissions are what the marketplace lists. */
export function approvedOf(core: Core): SubmissionRecord[] {
	return [...core.state.submissions.values()].filter(
		({ submission }) => submission.submission_status === 'APPROVED',
	);
}

/** Whether a text holds what is searched for; without a search, all do. */
export function matches(text: string, query: unknown): boolean {
	return query === undefined || text.toLowerCase().includes(String(query).toLowerCase());
}

/** The listings that the filters of a list let through, in no order. */
export function filterListings(core: Core, query: Record<string, unknown>): SubmissionRecord[] {
	return approvedOf(core).filter((record) => {
		const { creator, name, description } = listingView(core, record);
		return (
			(query.featured !== true || record.isFeatured) &&
			(query.creator === undefined || creator === query.creator) &&
			(query.category === undefined ||
				record.submission.categories.includes(String(query.category))) &&
			matches(`${name} ${description}`, query.search_query)
		);
	});
}

/** The listing of a creator by its slug, both compared in lower case. */
export function findListing(core: Core, username = '', slug = ''): SubmissionRecord | undefined {
	return approvedOf(core).find(
		(record) =>
			record.submission.slug.toLowerCase() === slug.toLowerCase() &&
			creatorOf(core, record).username.toLowerCase() === username.toLowerCase(),
	);
}

export function listingView(core: Core, record: SubmissionRecord): Schemas['MarketplaceAgent'] {
	const { submission } = record;
	const creator = creatorOf(core, record);
	return {
		slug: submission.slug,
		name: submission.name,
		description: submission.description,
		sub_heading: submission.sub_heading,
		creator: creator.username,
		creator_avatar: creator.avatar_url ?? NO_PICTURE,
		runs: submission.run_count,
		rating: submission.user_review_avg_rating,
		image_url: submission.image_urls[0] ?? null,
	};
}

export function listingDetailsView(
	core: Core,
	record: SubmissionRecord,
): Schemas['MarketplaceAgentDetails'] {
	const { submission } = record;
	return {
		...listingView(core, record),
		store_listing_version_id: submission.listing_version_id,
		versions: [submission.listing_version],
		instructions: submission.instructions,
		categories: submission.categories,
		image_urls: submission.image_urls,
		video_url: submission.video_url,
		agent_output_demo_url: submission.agent_output_demo_url ?? '',
		recommended_schedule_cron: record.recommendedScheduleCron,
		graph_id: submission.graph_id,
		graph_versions: [submission.graph_version],
		last_updated: submission.submission_reviewed_at ?? new Date(0).toISOString(),
	};
}

/** Users with something on the marketplace, with their figures. */
export function creators(core: Core): Schemas['Creator'][] {
	const ids = new Set(approvedOf(core).map((record) => record.userId));
	return [...ids].flatMap((id) => {
		const user = core.state.users.get(id);
		if (!user) return [];
		const own = approvedOf(core)
			.filter((record) => record.userId === id)
			.map((record) => record.submission);
		const rating = own.reduce((sum, one) => sum + one.user_review_avg_rating, 0) / own.length;
		return [
			{
				...profileOf(user),
				num_agents: own.length,
				agent_runs: own.reduce((sum, one) => sum + one.run_count, 0),
				agent_rating: rating,
				top_categories: [...new Set(own.flatMap((one) => one.categories))],
			},
		];
	});
}

/** Files a submission, waiting for a decision. */
export function submit(
	core: Core,
	userId: string,
	body: Schemas['SubmissionCreate'],
): SubmissionRecord {
	const submission: Schemas['Submission'] = {
		listing_id: newId(),
		listing_version_id: newId(),
		listing_version: 1,
		graph_id: body.graph_id,
		graph_version: body.graph_version,
		slug: body.slug,
		name: body.name,
		sub_heading: body.sub_heading,
		description: body.description,
		instructions: body.instructions ?? null,
		categories: body.categories ?? [],
		image_urls: body.image_urls ?? [],
		video_url: body.video_url ?? null,
		agent_output_demo_url: body.agent_output_demo_url ?? null,
		changes_summary: body.changes_summary ?? null,
		submitted_at: core.clock.now().toISOString(),
		submission_status: 'PENDING',
		submission_reviewed_at: null,
		submission_review_comments: null,
		run_count: 0,
		user_review_count: 0,
		user_review_avg_rating: 0,
	};
	const record: SubmissionRecord = {
		userId,
		submission,
		recommendedScheduleCron: body.recommended_schedule_cron ?? null,
		isFeatured: false,
	};
	core.state.submissions.set(submission.listing_version_id, record);
	return record;
}

/** Decides a submission as AutoGPT's staff would. */
export function decideSubmission(core: Core, versionId: string, approved: boolean): void {
	const record = core.state.submissions.get(versionId);
	if (!record) throw new Error(`No submission ${versionId}`);
	record.submission.submission_status = approved ? 'APPROVED' : 'REJECTED';
	record.submission.submission_reviewed_at = core.clock.now().toISOString();
}
