import { targetOfGraph, type RunTarget } from '../../../client/agents/runTargets';
import { graphToRun } from '../fields/graphToRun';
import type { Item } from '../framework/item';
import type { Hint } from '../framework/hints';
import type { Target } from './startItems';

/** AutoGPT runs the version in the library, whichever one is asked for. */
function otherVersion({ agent, choice }: RunTarget): Hint | undefined {
	const wanted = choice?.graphVersion;
	if (!agent || wanted === undefined || agent.graph_version === wanted) return undefined;
	return {
		message: `Version ${wanted} of '${agent.name}' was asked for. Your library has version ${agent.graph_version}, and AutoGPT runs that one. To run another one, change it with Agent > Update, field 'Graph Version'.`,
		type: 'warning',
	};
}

/** What runs the graph of an item. */
export async function graphTarget(item: Item): Promise<Target> {
	const target = await targetOfGraph(item.client, graphToRun(item));
	return { ...target, hint: otherVersion(target) };
}
