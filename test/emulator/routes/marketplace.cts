import { addAgent } from '../agents-store.cts';
import { ok, type Call, type Handlers } from '../core.cts';
import { ApiError, notFound } from '../errors.cts';
import {
	approvedOf,
	creators,
	filterListings,
	findListing,
	listingDetailsView,
	listingView,
	matches,
} from '../listings.cts';
import { listReply } from '../lists.cts';
import { isOwn, ownerOf } from '../ownership.cts';
import type { SubmissionRecord } from '../state.cts';
import { agentView } from '../views.cts';

/** A search text disables the order (section 14). */
function selectListings({ core, query }: Call): SubmissionRecord[] {
	const rows = filterListings(core, query);
	if (query.search_query !== undefined) return rows;
	const order = query.sorted_by;
	return rows.sort(({ submission: a }, { submission: b }) => {
		if (order === 'name') return a.name.localeCompare(b.name);
		if (order === 'rating') return b.user_review_avg_rating - a.user_review_avg_rating;
		if (order === 'runs') return b.run_count - a.run_count;
		return (b.submission_reviewed_at ?? '').localeCompare(a.submission_reviewed_at ?? '');
	});
}

function listing({ core, params }: Call): SubmissionRecord {
	const record = findListing(core, params.username, params.agent_name);
	if (!record) throw notFound(`Agent ${params.username}/${params.agent_name}`);
	return record;
}

export const marketplace: Handlers = {
	listMarketplaceAgents: (call) =>
		listReply(call, 'listings', selectListings(call), (one) => listingView(call.core, one)),

	getMarketplaceAgent: (call) => ok(listingDetailsView(call.core, listing(call))),

	getMarketplaceAgentByVersion: ({ core, params }) => {
		const record = core.state.submissions.get(params.version_id ?? '');
		if (record?.submission.submission_status !== 'APPROVED') {
			throw notFound(`Listing version #${params.version_id}`);
		}
		return ok(listingDetailsView(core, record));
	},

	addMarketplaceAgentToLibrary: (call) => {
		const { core, principal } = call;
		const { submission } = listing(call);
		const graph = core.state.graphs.get(submission.graph_id);
		if (!graph) throw notFound(`Graph #${submission.graph_id}`);
		const known = [...core.state.agents.values()].find(
			(agent) => agent.graphId === graph.id && isOwn(principal, agent),
		);
		const isElsewhere = [...core.state.agents.values()].some(
			(agent) => agent.graphId === graph.id && agent.userId === principal.user.id,
		);
		if (!known && isElsewhere) {
			throw new ApiError(409, 'The agent is in your library already, in another organization');
		}
		const agent = known ?? addAgent(core, ownerOf(principal), graph);
		return ok(agentView(core, agent, true), 201);
	},

	getGraphMarketplaceListing: ({ core, params }) => {
		const record = approvedOf(core).find((one) => one.submission.graph_id === params.graph_id);
		if (!record) throw notFound(`Marketplace listing of graph #${params.graph_id}`);
		return ok(listingDetailsView(core, record));
	},

	listCreators: (call) => {
		const { featured, search_query: search, sorted_by: order } = call.query;
		const rows = creators(call.core).filter(
			(one) => (featured !== true || one.is_featured) && matches(one.name, search),
		);
		if (order === 'agent_rating') rows.sort((a, b) => b.agent_rating - a.agent_rating);
		if (order === 'agent_runs') rows.sort((a, b) => b.agent_runs - a.agent_runs);
		if (order === 'num_agents') rows.sort((a, b) => b.num_agents - a.num_agents);
		return listReply(call, 'creators', rows, (one) => one);
	},

	getCreator: ({ core, params }) => {
		const username = params.username?.toLowerCase();
		const creator = creators(core).find((one) => one.username.toLowerCase() === username);
		if (!creator) throw notFound(`Creator ${params.username}`);
		return ok(creator);
	},
};
