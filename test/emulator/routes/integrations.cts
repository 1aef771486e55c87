import { versionOf } from '../agents-store.cts';
import { addCredential, credentialsOf, requirementsOf } from '../credentials.cts';
import { noContent, ok, type Call, type Handlers } from '../core.cts';
import { ApiError, invalid, notFound } from '../errors.cts';
import { listReply } from '../lists.cts';
import { ownAgent, usableGraph } from '../ownership.cts';
import type { GraphRecord } from '../state.cts';
import type { Schemas } from '../types.cts';

const HOST = /^(\*\.)?([a-z0-9_-]+\.)*[a-z0-9_-]+(:\d+)?$|^\[[0-9a-f:]+\](:\d+)?$/i;

function listRequirements(call: Call, graph: GraphRecord, number: number) {
	const { core, principal } = call;
	const rows = requirementsOf(core, principal.user.id, versionOf(graph, number));
	return listReply(call, 'requirements', rows, (row) => row);
}

/** Credentials belong to the user, across organizations (section 3). */
export const integrations: Handlers = {
	listCredentials: (call) => {
		const { core, principal, query } = call;
		const provider = (query.provider as string | undefined)?.toLowerCase();
		const own = credentialsOf(core, principal.user.id).filter(
			(one) => provider === undefined || one.provider.toLowerCase() === provider,
		);
		return listReply(call, 'credentials', own, (one) => one);
	},

	createCredential: (call) => {
		const body = call.body as Schemas['CredentialCreate'];
		if (body.type === 'host_scoped' && !HOST.test(body.host)) {
			const loc = ['body', 'host'];
			throw invalid([{ type: 'value_error', loc, msg: 'Give a host without scheme or path' }]);
		}
		const { provider, type, title } = body;
		const seed = { provider, type, title: title ?? null };
		return ok(addCredential(call.core, call.principal.user.id, seed).info, 201);
	},

	deleteCredential: ({ core, principal, params, query }) => {
		const id = params.credential_id ?? '';
		const record = core.state.credentials.get(id);
		if (!record || record.userId !== principal.user.id) throw notFound(`Credential #${id}`);
		if (record.info.is_managed) {
			throw new ApiError(403, 'Credentials that the platform provides cannot be deleted');
		}
		if (record.usedByWebhook && query.force !== true) {
			throw new ApiError(409, 'An agent uses a webhook of this credential');
		}
		core.state.credentials.delete(id);
		return noContent;
	},

	listLibraryAgentCredentials: (call) => {
		const agent = ownAgent(call);
		const graph = call.core.state.graphs.get(agent.graphId);
		if (!graph) throw notFound(`Graph #${agent.graphId}`);
		return listRequirements(call, graph, agent.graphVersion);
	},

	listGraphCredentials: (call) => {
		const graph = usableGraph(call);
		return listRequirements(call, graph, graph.activeVersion);
	},
};
