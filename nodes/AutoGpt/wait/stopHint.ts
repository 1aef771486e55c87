import type { NodeHint } from 'n8n-workflow';

/** Whether a node waits for runs, and would leave them alone on Stop. An option wins over the field. */
const LEAVES_RUNS =
	'={{ (($parameter["options"] ?? {})["stopRunsOnCancel"] ?? $parameter["stopRunsOnCancel"]) === false }}';

/**
 * What becomes of runs on Stop. After Stop n8n shows no data of the node, and the node cannot add
 * any, so this stands where the data would be.
 */
export const stopHint: NodeHint = {
	message:
		"Stop in n8n ends the waiting only: the runs go on in AutoGPT and cost credits. To stop them, too, turn on 'Stop Runs on Cancel'; to wait on, use Run > Wait.",
	type: 'info',
	location: 'outputPane',
	whenToDisplay: 'beforeExecution',
	displayCondition: LEAVES_RUNS,
};
