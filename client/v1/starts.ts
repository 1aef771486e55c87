import type { CallOptions, V1CallOptions } from '../contract/calls';
import type { JsonObject } from '../util/json';
import { runBlock } from './blocks';
import { startListed } from './listedStarts';
import { startedRun } from './runs';
import { explainLack, type Adapter, type V1Server } from './server';

/** Where people find what API v1 starts an agent by. */
export const BUILDER_ADVICE =
	"Use Graph > Run and Wait: open the agent in AutoGPT's builder, and copy the address of that page, which ends in …/build?flowID=…&flowVersion=….";

/**
 * The body of a start. Whatever is not under `node_input` is dropped without a word, and the run
 * goes on without its inputs, so it is made here only (contract: v1.md section 5).
 */
export function startBody(inputs: JsonObject | undefined): V1CallOptions<'executeGraph'>['body'] {
	return { node_input: { ...inputs } };
}

/** What API v1 would leave out in silence is refused. */
function refuseExtras(
	server: V1Server,
	{ body, isOwnKey }: Pick<CallOptions<'startAgentRun'>, 'body' | 'isOwnKey'>,
): void {
	if (Object.keys(body.credentials_inputs ?? {}).length > 0) {
		throw server.error(
			explainLack({
				cannot: 'hand credentials to a run',
				instead:
					"Choose the credentials in the agent's own blocks, in AutoGPT's builder, and take them out of the node.",
			}),
		);
	}
	if (isOwnKey) {
		throw server.error(
			explainLack({
				cannot: 'heed idempotency keys',
				instead:
					"Take the key out of 'Idempotency Key'. Without it the pack itself starts nothing twice within an execution.",
			}),
		);
	}
}

/**
 * Starts a graph, an agent of the marketplace, or a block. It is sent once: API v1 has neither idempotency
 * keys nor a list of runs to look into after an outcome that is not known.
 */
export const startAgentRun: Adapter<'startAgentRun'> = async (
	server,
	{ beforeUnkeyedStart: beforeStart, blockId, body, graph, isOwnKey },
) => {
	if (blockId !== undefined) {
		refuseExtras(server, { body, isOwnKey });
		return await runBlock(server, { blockId, body, beforeStart });
	}
	if (!graph) {
		throw server.error(
			explainLack({ cannot: 'start agents of the library', instead: BUILDER_ADVICE }),
		);
	}
	const { graphId, graphVersion, listing } = graph;
	if (listing) {
		refuseExtras(server, { body, isOwnKey });
		return await startListed(server, { graphId, listing, body, beforeStart });
	}
	if (graphVersion === undefined) {
		throw server.error(
			explainLack({
				cannot: 'find out the version of a graph by itself',
				instead: `Give the version: it stands behind flowVersion= in the address of AutoGPT's builder (${server.connection.webUrl}/build?flowID=${encodeURIComponent(graphId)}).`,
			}),
		);
	}
	refuseExtras(server, { body, isOwnKey });
	beforeStart?.();
	const { id } = await server.call('executeGraph', {
		path: { graph_id: graphId, graph_version: graphVersion },
		body: startBody(body.inputs),
	});
	const run = { graphId, graphVersion };
	server.account.noteRun(id, run);
	return { ...startedRun(id, run, 'QUEUED'), inputs: body.inputs ?? {} };
};
