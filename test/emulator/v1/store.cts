import type { Core } from '../core.cts';
import {
	creators,
	filterListings,
	findListing,
	listingDetailsView,
	listingView,
	matches,
} from '../listings.cts';
import type { SubmissionRecord } from '../state.cts';
import { done, type V1Call, type V1Handlers, type V1Schemas } from './call.cts';
import { DetailError, SilentError } from './errors.cts';

const DEFAULT_PAGE_SIZE = 20;

/** One page, by number; one out of range is a 422 in plain words (v1.md section 3). */
function pageOf<T>({ query }: V1Call, rows: T[]): { rows: T[]; pagination: unknown } {
	const page = Number(query.page ?? 1);
	const size = Number(query.page_size ?? DEFAULT_PAGE_SIZE);
	if (page < 1) throw new DetailError(422, 'The page number is too small');
	return {
		rows: rows.slice((page - 1) * size, page * size),
		pagination: {
			total_items: rows.length,
			total_pages: Math.ceil(rows.length / size),
			current_page: page,
			page_size: size,
		},
	};
}

function agentView(core: Core, record: SubmissionRecord): V1Schemas['StoreAgent'] {
	const { name, image_url, ...listing } = listingView(core, record);
	return {
		...listing,
		agent_name: name,
		agent_image: image_url ?? '',
		agent_graph_id: record.submission.graph_id,
	};
}

/** Versions as texts in the order of texts: "10" stands before "9". */
function versionsOf(core: Core, graphId: string): string[] {
	const graph = core.state.graphs.get(graphId);
	return (graph?.versions ?? []).map(({ version }) => String(version)).sort();
}

function detailsView(core: Core, record: SubmissionRecord): V1Schemas['StoreAgentDetails'] {
	const details = listingDetailsView(core, record);
	return {
		store_listing_version_id: details.store_listing_version_id,
		slug: details.slug,
		agent_name: details.name,
		agent_video: details.video_url ?? '',
		agent_output_demo: details.agent_output_demo_url,
		agent_image: details.image_urls,
		creator: details.creator,
		creator_avatar: details.creator_avatar,
		sub_heading: details.sub_heading,
		description: details.description,
		instructions: details.instructions,
		categories: details.categories,
		runs: details.runs,
		rating: details.rating,
		versions: details.versions.map(String),
		graph_id: details.graph_id,
		graph_versions: versionsOf(core, details.graph_id),
		last_updated: details.last_updated,
		recommended_schedule_cron: details.recommended_schedule_cron,
		active_version_id: details.store_listing_version_id,
		has_approved_version: true,
	};
}

export const store: Pick<
	V1Handlers,
	'listStoreAgents' | 'getStoreAgent' | 'listStoreCreators' | 'getStoreCreator'
> = {
	listStoreAgents: (call) => {
		const { core, query } = call;
		const found = filterListings(core, query);
		const { rows, pagination } = pageOf(call, found);
		return done({ agents: rows.map((one) => agentView(core, one)), pagination });
	},

	getStoreAgent: ({ core, params }) => {
		const record = findListing(core, params.username, params.agent_name);
		if (!record) throw new SilentError('no such agent');
		return done(detailsView(core, record));
	},

	listStoreCreators: (call) => {
		const { featured, search_query: search } = call.query;
		const found = creators(call.core).filter(
			(one) => (featured !== true || one.is_featured) && matches(one.name, search),
		);
		const { rows, pagination } = pageOf(call, found);
		return done({ creators: rows, pagination });
	},

	getStoreCreator: ({ core, params }) => {
		const username = params.username?.toLowerCase();
		const creator = creators(core).find((one) => one.username.toLowerCase() === username);
		if (!creator) throw new SilentError('no such creator');
		return done(creator);
	},
};
