import { BlockError, type Values } from './blocks/block.cts';
import type { Core } from './core.cts';
import type { Surroundings } from './execution.cts';
import { slotOf } from './graphs.cts';
import type { RunRecord } from './state.cts';
import { fileUri } from './storage.cts';

/** How an execution says that it cannot go on. */
type Ends = Pick<Surroundings, 'settled' | 'crashed'>;

async function runChild(
	core: Core,
	run: RunRecord,
	graphId: string,
	number: number | null,
	inputs: Values,
): Promise<Values> {
	const graph = core.state.graphs.get(graphId);
	const wanted = number ?? graph?.activeVersion;
	const version = graph?.versions.find((one) => one.version === wanted);
	if (!graph || !version || graph.userId !== run.userId) {
		throw new BlockError(`Graph ${graphId} not found`);
	}
	const { userId, organizationId, teamId, credentials } = run;
	const child = core.runner.start({
		owner: { userId, organizationId, teamId },
		graph,
		version,
		agentId: null,
		inputs,
		credentials,
		parentRunId: run.id,
	});
	await core.runner.untilFinal(child);
	if (child.status !== 'COMPLETED') throw new BlockError(`Run of the agent ended ${child.status}`);
	return child.outputs;
}

/** What the blocks of a run can reach: files, people, other agents. */
export function surroundingsOf(core: Core, run: RunRecord, ends: Ends): Surroundings {
	const { clock, storage, state, runner } = core;
	return {
		now: () => clock.now(),
		after: (ms, go) => clock.after(ms, go),
		spend: (cents) => {
			run.costCents += cents;
		},
		...ends,
		credential: (node) => {
			const slot = slotOf(node);
			return slot === null ? undefined : run.credentials[slot];
		},
		askReview: (execution, payload, instructions, editable) =>
			runner.reviews.askInRun(run, execution, { payload, instructions, editable }),
		readFile: async (reference) => {
			const id = /^workspace:\/\/([^#]+)/.exec(reference)?.[1];
			const file = id === undefined ? undefined : state.files.get(id);
			if (!file || file.deleted || file.userId !== run.userId) {
				throw new BlockError(`Cannot read the file ${reference}`);
			}
			return { name: file.name, mimeType: file.mimeType, content: storage.read(file) };
		},
		writeFile: (name, content, mimeType) =>
			fileUri(storage.addContent(run.userId, name, content, mimeType)),
		runGraph: (graphId, number, inputs) => runChild(core, run, graphId, number, inputs),
	};
}
