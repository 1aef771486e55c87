import { versionOf } from './agents-store.cts';
import type { Call, Core, Principal } from './core.cts';
import { ApiError, notFound } from './errors.cts';
import { startBodyOf } from './earlierNames.cts';
import { digest } from './ids.cts';
import { checkNames, chosenCredentials, coerceInputs } from './inputs.cts';
import { isOwn, ownerOf } from './ownership.cts';
import type { AgentRecord, RunRecord } from './state.cts';
import type { Schemas } from './types.cts';

type StartBody = Schemas['AgentRunRequest'];

function checkBalance({ organization }: Principal): void {
	if (organization.balanceCents > 0) return;
	throw new ApiError(402, 'Insufficient balance to run the agent');
}

function checkPlan({ organization }: Principal): void {
	if (organization.tier !== 'NO_TIER') return;
	throw new ApiError(402, 'A subscription is needed to run agents');
}

/** Makes the run, after the checks in the order of section 9. */
export function startAgent(
	core: Core,
	principal: Principal,
	agent: AgentRecord | undefined,
	agentId: string,
	body: StartBody,
	idempotencyKey: string | null,
): RunRecord {
	checkBalance(principal);
	const graph = agent && core.state.graphs.get(agent.graphId);
	if (!agent || !graph || !isOwn(principal, agent)) throw notFound(`Library agent #${agentId}`);
	const version = versionOf(graph, agent.graphVersion);
	const inputs = body.inputs ?? {};
	const chosen = body.credentials_inputs ?? {};
	checkNames(core, version, inputs);
	checkPlan(principal);
	if (graph.trigger) throw new ApiError(400, 'This agent is started by a webhook only');
	if (core.mode.version !== 'N' && Object.keys(chosen).length > 0) {
		throw new Error('Older servers fail with credentials_inputs');
	}
	return core.runner.start({
		owner: ownerOf(principal),
		graph,
		version,
		agentId: agent.id,
		credentials: chosenCredentials(core, principal.user.id, version, chosen),
		inputs: coerceInputs(version, inputs),
		idempotencyKey,
	});
}

/** Starts a run, or gives the run that an earlier start with the same key made (section 8). */
export async function startWithKey(call: Call): Promise<RunRecord> {
	const { core, principal } = call;
	const agentId = call.params.agent_id ?? '';
	const body = startBodyOf(core, call.body as StartBody);
	const sent = call.header('idempotency-key')?.trim() || null;
	const key = core.mode.idempotency === 'ignored' ? null : sent;
	const agent = core.state.agents.get(agentId);
	const scope = `${principal.user.id} ${principal.organization.id} ${key}`;
	const claim = key === null ? null : core.idempotency.claim(scope, digest([agentId, body]));
	if (claim && 'runId' in claim) {
		const run = core.state.runs.get(claim.runId);
		if (!run || run.deleted) throw notFound(`Run #${claim.runId}`);
		return run;
	}
	try {
		if (core.mode.startTakesMs > 0) {
			const { clock, mode } = core;
			await new Promise<void>((resume) => clock.after(mode.startTakesMs, resume));
		}
		const run = startAgent(core, principal, agent, agentId, body, sent);
		claim?.keep(run.id);
		return run;
	} catch (error) {
		claim?.free();
		throw error;
	}
}
