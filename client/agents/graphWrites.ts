import type { AutoGptClient } from '../http/client';
import { PASSES, PlatformError } from '../errors/platformError';
import { eachRow } from '../http/pages';
import { checkWrite, type CheckResult } from '../http/unclearWrite';
import { sentence } from '../errors/refusal';
import { canonicalJson } from '../util/canonicalJson';
import type { EndpointName } from '../contract/endpoints';
import type { Graph, GraphCreate } from '../contract/types';
import type { SentGraph } from '../process/graphLedger';
import { graphLedger } from '../process/processState';

/** A new graph may show up in the list a moment later. */
const PAUSES_BEFORE_CHECKS_MS = [1_500, 1_500, 1_500];
/** Clocks are compared by the server's own time, which is in whole seconds. */
const CLOCK_SLACK_MS = 2_000;

/** A graph as it is to be stored; where it goes decides whether it is a new one or a version. */
interface GraphWrite {
	/** The same whenever n8n repeats this write within the execution. */
	step: string;
	/** The graph that gets a new version; a new graph without it. */
	graphId?: string;
	body: GraphCreate;
	/** The operation that this write is for; where the server lacks it, nothing is written. */
	before?: EndpointName;
}

type Row = Pick<Graph, 'id' | 'version' | 'name' | 'description' | 'created_at'>;

/** What stays of a graph when AutoGPT has given its nodes and links other IDs. */
function contentOf({ name, description, nodes, links }: Omit<GraphCreate, 'is_active'>): string {
	const blocks = new Map(nodes.map(({ id, block_id }) => [id, block_id]));
	return canonicalJson([
		name,
		description ?? '',
		nodes.map(({ block_id, input_default }) => canonicalJson([block_id, input_default])).sort(),
		links
			.map(({ source_id, source_name, sink_id, sink_name }) =>
				canonicalJson([blocks.get(source_id), source_name, blocks.get(sink_id), sink_name]),
			)
			.sort(),
	]);
}

function rowsOf(client: AutoGptClient, graphId?: string): AsyncIterable<Row> {
	return graphId === undefined
		? eachRow(client, 'listGraphs', {})
		: eachRow(client, 'listGraphVersions', { path: { graph_id: graphId } });
}

/** Graphs with that content that came about since a write was sent, and are no other write's. */
async function arrived(
	client: AutoGptClient,
	{ graphId, body }: GraphWrite,
	{ sentAt }: SentGraph,
): Promise<Graph[]> {
	const rows: Row[] = [];
	for await (const row of rowsOf(client, graphId)) {
		if (row.name === body.name && !graphLedger.isTaken(row)) rows.push(row);
	}
	// Only now the server's clock is known for sure.
	const since = client.serverNow().getTime() - (Date.now() - sentAt) - CLOCK_SLACK_MS;
	const content = contentOf(body);
	const found: Graph[] = [];
	for (const { id, version, created_at } of rows) {
		if (Date.parse(created_at) < since) continue;
		const query = { version };
		const graph = await client.call('getGraph', { path: { graph_id: id }, query });
		if (contentOf(graph) !== content) continue;
		// Of two versions with the same content only one can be active.
		if (graphId === undefined || graph.is_active === (body.is_active ?? true)) found.push(graph);
	}
	return found;
}

async function send(client: AutoGptClient, { graphId, body, before }: GraphWrite): Promise<Graph> {
	if (graphId === undefined) return await client.call('createGraph', { body, before });
	return await client.call('updateGraph', { path: { graph_id: graphId }, body });
}

function notCertain(
	client: AutoGptClient,
	{ graphId, body }: GraphWrite,
	{ message, status }: PlatformError,
	result: CheckResult<Graph[]>,
): PlatformError {
	const what = graphId === undefined ? `the graph '${body.name}' was created` : 'it was stored';
	const graphs = typeof result === 'string' ? [] : result.found;
	const ids = graphs.map(({ id, version }) => `${id} (${version})`);
	const seen =
		result === 'unreadable'
			? 'The graphs could not be read afterwards.'
			: ids.length > 0
				? `Several graphs have this content and may be the one, by ID and version: ${ids.join(', ')}.`
				: 'It was not there afterwards.';
	return client.error({
		message: `${sentence(message)} Whether ${what} is not certain`,
		description: `${seen} Look in AutoGPT (${client.connection.webUrl}) before you execute the workflow again. Retry On Fail looks first, and sends it again only where it is not there.`,
		status,
		outcome: 'unknown',
		failure: PASSES,
	});
}

/** Looks for a graph after an outcome that was not certain; throws when it is not known. */
async function settle(
	client: AutoGptClient,
	write: GraphWrite,
	sent: SentGraph,
	reason: PlatformError,
): Promise<Graph> {
	const result = await checkWrite(client, {
		find: async () => {
			const graphs = await arrived(client, write, sent);
			return graphs.length > 0 ? graphs : undefined;
		},
		pausesMs: PAUSES_BEFORE_CHECKS_MS,
	});
	const [graph, ...others] = typeof result === 'string' ? [] : result.found;
	if (graph && others.length === 0) return graph;
	throw notCertain(client, write, reason, result);
}

/** What an earlier attempt of the same execution came to; undefined when it came to nothing. */
async function ofEarlierAttempt(
	client: AutoGptClient,
	write: GraphWrite,
): Promise<Graph | undefined> {
	const earlier = graphLedger.find(write.step);
	if (!earlier) return undefined;
	if (earlier.graph) {
		const { id, version } = earlier.graph;
		return await client.call('getGraph', { path: { graph_id: id }, query: { version } });
	}
	const found = await arrived(client, write, earlier);
	if (found.length > 1) {
		const message = 'An earlier attempt got no answer';
		const reason = client.error({ message, description: '', outcome: 'unknown' });
		throw notCertain(client, write, reason, { found });
	}
	return found[0];
}

/**
 * Creates a graph or stores a new version of one. Neither is idempotent: after an unknown outcome
 * the graph is looked for, not sent again, and what an attempt before this one of the same
 * execution has stored is taken as it is (contract: behaviour.md sections 5 and 14).
 *
 * @throws PlatformError with the outcome `refused` when nothing was stored
 */
export async function writeGraph(client: AutoGptClient, write: GraphWrite): Promise<Graph> {
	const isFirst = graphLedger.find(write.step) === undefined;
	const earlier = await ofEarlierAttempt(client, write);
	const sent = graphLedger.open(write.step);
	const stored =
		earlier ??
		(await send(client, write).catch(async (reason: unknown) => {
			if (!(reason instanceof PlatformError)) throw reason;
			if (reason.outcome === 'unknown') return await settle(client, write, sent, reason);
			// A refusal says nothing of an attempt before it that got no answer.
			if (isFirst) graphLedger.forget(write.step);
			throw reason;
		}));
	sent.graph = { id: stored.id, version: stored.version };
	return stored;
}
