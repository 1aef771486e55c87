import type { Core } from './core.cts';
import { blockOf } from './graphs.cts';
import type { GraphVersion } from './state.cts';

/** The nodes of a version together with those of agents nested inside. */
export function allNodes(core: Core, version: GraphVersion, seen = new Set<string>()) {
	const nodes: GraphVersion['nodes'] = [...version.nodes];
	for (const node of version.nodes) {
		if (blockOf(node).block.block_type !== 'AGENT') continue;
		const id = String(node.input_default?.graph_id);
		const graph = core.state.graphs.get(id);
		const wanted = node.input_default?.graph_version ?? graph?.activeVersion;
		const nested = graph?.versions.find((one) => one.version === wanted);
		if (!nested || seen.has(id)) continue;
		nodes.push(...allNodes(core, nested, new Set([...seen, id])));
	}
	return nodes;
}
