import type { V1Answer } from '../contract/calls';
import type { AgentRunRequest, Run } from '../contract/types';
import type { PlatformFault } from '../errors/platformError';
import { sentence } from '../errors/refusal';
import { isObject, type JsonObject } from '../util/json';
import { startedRun } from './runs';
import type { V1Server } from './server';

type Reply = V1Answer<'runMarketplaceAgent'>;
type Started = Extract<Reply, { execution_id: string }>;

/** What is started: a marketplace agent, as `creator/slug`. */
interface ListedStart {
	graphId: string;
	listing: string;
	body: AgentRunRequest;
	/** Called before each request that may start a run. */
	beforeStart?: () => void;
}

function isStarted(reply: Reply): reply is Started {
	return reply.type === 'execution_started' && 'execution_id' in reply && !!reply.execution_id;
}

/** Required inputs that were not given; undefined where the reply is about something else. */
function missingInputs(reply: Reply, inputs: JsonObject): string[] | undefined {
	if (reply.type !== 'agent_details' || !('agent' in reply)) return undefined;
	const { required } = reply.agent.inputs ?? {};
	const names: unknown[] = Array.isArray(required) ? required : [];
	return names.map(String).filter((name) => inputs[name] === undefined || inputs[name] === null);
}

/** The services of credentials that are asked for. */
function servicesIn(reply: Reply): string {
	const missing = 'setup_info' in reply && reply.setup_info.user_readiness?.missing_credentials;
	const providers = Object.values(missing || {}).flatMap((one) =>
		isObject(one) && typeof one.provider === 'string' ? [one.provider] : [],
	);
	return [...new Set(providers)].join(', ');
}

/** Why nothing was started: the status is 200 for refusals, too (contract: v1.md section 7). */
function explainReply(
	server: V1Server,
	{ listing }: ListedStart,
	reply: Reply,
	missing: string[] = [],
): PlatformFault {
	const said = `AutoGPT said: ${sentence(reply.message)} Nothing was started.`;
	const refused = { outcome: 'refused' } as const;
	if (reply.type === 'input_validation_error' && 'unrecognized_fields' in reply) {
		const names = reply.unrecognized_fields.join(', ');
		const known = isObject(reply.inputs.properties) ? Object.keys(reply.inputs.properties) : [];
		return {
			message: `Agent '${listing}' does not take: ${names}. It takes: ${known.join(', ') || 'no inputs'}`,
			description: `Correct the names under 'Inputs'. ${said}`,
			...refused,
		};
	}
	if (reply.type === 'setup_requirements') {
		return {
			message: `Agent '${listing}' needs a credential: ${servicesIn(reply) || 'see AutoGPT'}`,
			description: `Add it in AutoGPT (${server.connection.webUrl}/settings/integrations): API v1 chooses among what is stored there. ${said}`,
			...refused,
		};
	}
	if (reply.type === 'agent_details') {
		return {
			message: `Agent '${listing}' needs: ${missing.join(', ')}`,
			description: `Fill them in under 'Inputs'. ${said}`,
			...refused,
		};
	}
	return {
		message: `AutoGPT did not start the agent '${listing}'`,
		description: `Check the names of creator and agent. ${said}`,
		...refused,
	};
}

/**
 * Starts an agent of the marketplace, which the server adds to the library. It is sent once; only
 * where the server surely started nothing, because inputs that have defaults were left out, it is
 * asked again to take these (contract: v1.md section 7).
 *
 * @throws PlatformError, with outcome `refused` where nothing was started
 */
export async function startListed(server: V1Server, start: ListedStart): Promise<Run> {
	const { beforeStart, graphId, listing } = start;
	const inputs = start.body.inputs ?? {};
	const send = async (use_defaults: boolean) => {
		beforeStart?.();
		const body = { username_agent_slug: listing, inputs, use_defaults };
		return await server.call('runMarketplaceAgent', { body });
	};
	const first = await send(false);
	const missing = missingInputs(first, inputs);
	const reply = missing?.length === 0 ? await send(true) : first;
	if (!isStarted(reply)) throw server.error(explainReply(server, start, reply, missing));
	const run = { graphId: reply.graph_id || graphId };
	server.account.noteRun(reply.execution_id, run);
	return { ...startedRun(reply.execution_id, run, 'QUEUED'), inputs };
}
