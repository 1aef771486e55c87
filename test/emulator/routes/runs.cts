import { noContent, ok, type Call, type Handlers } from '../core.cts';
import { asEarlier } from '../earlierNames.cts';
import { ApiError } from '../errors.cts';
import { newSecret } from '../ids.cts';
import { listReply } from '../lists.cts';
import { ownRun, readableRun } from '../ownership.cts';
import { isFinal } from '../runner.cts';
import { startWithKey } from '../starts.cts';
import type { RunRecord } from '../state.cts';
import type { RunStatus } from '../types.cts';
import { runDetailsView, runView, shownInputs } from '../views.cts';

/** By creation, newest first; the bounds are on creation too, inclusive (section 9). */
function selectRuns({ core, principal, query }: Call): RunRecord[] {
	const known = core.mode.runFilters ? query : {};
	const statuses = known.statuses as RunStatus[] | undefined;
	const after = known.started_after as Date | undefined;
	const before = known.started_before as Date | undefined;
	return [...core.state.runs.values()]
		.filter(
			(run) =>
				!run.deleted &&
				run.organizationId === principal.organization.id &&
				(query.graph_id === undefined || run.graphId === query.graph_id) &&
				(!statuses || statuses.includes(run.status)) &&
				(!after || run.createdAt >= after) &&
				(!before || run.createdAt <= before),
		)
		.reverse()
		.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

function row({ core }: Call, run: RunRecord) {
	return { ...runView(run), inputs: shownInputs(core, run.inputs) };
}

export const runs: Handlers = {
	startAgentRun: async (call) => {
		const run = await startWithKey(call);
		return asEarlier(call.core, ok(row(call, run), call.core.mode.startStatus));
	},

	listRuns: (call) =>
		asEarlier(
			call.core,
			listReply(call, 'runs', selectRuns(call), (run) => row(call, run)),
		),

	getRun: (call) => asEarlier(call.core, ok(runDetailsView(readableRun(call)))),

	stopRun: async (call) => {
		const run = ownRun(call);
		if (isFinal(run)) {
			if (call.core.mode.version !== 'N') return ok(runView(run), 202);
			throw new ApiError(409, `Run #${run.id} has already ended with ${run.status}`);
		}
		await call.core.runner.stop(run);
		return ok(runView(run), 202);
	},

	deleteRun: (call) => {
		ownRun(call).deleted = true;
		return noContent;
	},

	shareRun: (call) => {
		const run = ownRun(call);
		run.shareToken = newSecret('share-');
		const share_url = `${call.core.origin}/share/${run.shareToken}`;
		return ok({ share_url, share_token: run.shareToken }, 201);
	},

	unshareRun: (call) => {
		ownRun(call).shareToken = null;
		return noContent;
	},
};
