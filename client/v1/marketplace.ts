import type { Answer, V1Answer } from '../contract/calls';
import { isObject } from '../util/json';
import { UNTOLD, type Adapter } from './server';

type StoreAgent = V1Answer<'listStoreAgents'>['agents'][number];
type StoreAgentDetails = V1Answer<'getStoreAgent'>;
type StoreCreator = V1Answer<'getStoreCreator'>;
type Pagination = V1Answer<'listStoreAgents'>['pagination'];

const PAGE_SIZE = 100;

/** API v1 numbers its pages; the cursor that API v2 would give is such a number here. */
function pageOf(query: { limit?: number; cursor?: string } | undefined): {
	page: number;
	page_size: number;
} {
	const page = Number(query?.cursor ?? 1);
	return {
		page: Number.isInteger(page) && page >= 1 ? page : 1,
		page_size: Math.min(query?.limit ?? PAGE_SIZE, PAGE_SIZE),
	};
}

function paged<T>(items: T[], { current_page, total_items, total_pages }: Pagination) {
	return {
		items,
		next_cursor: current_page < total_pages ? String(current_page + 1) : null,
		total_count: total_items,
	};
}

function listingOf(agent: StoreAgent): Answer<'listMarketplaceAgents'>['items'][number] {
	return {
		slug: agent.slug,
		name: agent.agent_name,
		description: agent.description,
		sub_heading: agent.sub_heading,
		creator: agent.creator,
		creator_avatar: agent.creator_avatar,
		runs: agent.runs,
		rating: agent.rating,
		image_url: agent.agent_image || null,
	};
}

function numbers(texts: readonly unknown[]): number[] {
	// The server sorts them as texts, "10" before "9".
	return texts
		.map(Number)
		.filter(Number.isFinite)
		.sort((a, b) => a - b);
}

/** The first servers that had it name the graph otherwise (contract: v1.md section 5). */
function graphOf(agent: StoreAgentDetails): { graph_id: string; graph_versions: number[] } {
	const fields: unknown = agent;
	const { agentGraphId, agentGraphVersions } = isObject(fields) ? fields : {};
	const id = agent.graph_id ?? agentGraphId;
	const versions = agent.graph_versions ?? agentGraphVersions;
	return {
		graph_id: typeof id === 'string' ? id : UNTOLD,
		graph_versions: numbers(Array.isArray(versions) ? versions : []),
	};
}

function detailsOf(agent: StoreAgentDetails): Answer<'getMarketplaceAgent'> {
	const images = agent.agent_image ?? [];
	return {
		slug: agent.slug,
		name: agent.agent_name,
		description: agent.description,
		sub_heading: agent.sub_heading ?? '',
		creator: agent.creator,
		creator_avatar: agent.creator_avatar ?? '',
		runs: agent.runs ?? UNTOLD,
		rating: agent.rating ?? UNTOLD,
		image_url: images[0] ?? null,
		store_listing_version_id: agent.store_listing_version_id,
		versions: numbers(agent.versions),
		instructions: agent.instructions ?? null,
		categories: agent.categories ?? [],
		image_urls: images,
		video_url: agent.agent_video || null,
		agent_output_demo_url: agent.agent_output_demo ?? '',
		recommended_schedule_cron: agent.recommended_schedule_cron ?? null,
		...graphOf(agent),
		last_updated: agent.last_updated,
	};
}

function creatorOf(creator: StoreCreator): Answer<'getCreator'> {
	return {
		name: creator.name,
		username: creator.username,
		description: creator.description,
		links: creator.links ?? [],
		avatar_url: creator.avatar_url ?? null,
		is_featured: creator.is_featured ?? false,
		num_agents: creator.num_agents ?? UNTOLD,
		agent_runs: creator.agent_runs ?? UNTOLD,
		agent_rating: creator.agent_rating ?? UNTOLD,
		top_categories: creator.top_categories ?? [],
	};
}

export const listMarketplaceAgents: Adapter<'listMarketplaceAgents'> = async (
	server,
	{ query },
) => {
	const { limit, cursor, ...filters } = query ?? {};
	const found = await server.call('listStoreAgents', {
		query: { ...filters, ...pageOf({ limit, cursor }) },
	});
	return paged(found.agents.map(listingOf), found.pagination);
};

export const getMarketplaceAgent: Adapter<'getMarketplaceAgent'> = async (server, { path }) =>
	detailsOf(await server.call('getStoreAgent', { path }));

export const listCreators: Adapter<'listCreators'> = async (server, { query }) => {
	const { limit, cursor, ...filters } = query ?? {};
	const found = await server.call('listStoreCreators', {
		query: { ...filters, ...pageOf({ limit, cursor }) },
	});
	return paged(found.creators.map(creatorOf), found.pagination);
};

export const getCreator: Adapter<'getCreator'> = async (server, { path }) =>
	creatorOf(await server.call('getStoreCreator', { path }));
