import { ok, type Call, type Handlers } from '../core.cts';
import { ApiError, invalid } from '../errors.cts';
import { keysetReply } from '../lists.cts';
import { isFinal } from '../runner.cts';
import type { RunRecord } from '../state.cts';
import type { Schemas } from '../types.cts';

const TIER_COSTS = { BASIC: 1000, PRO: 2500, MAX: 10_000, BUSINESS: 25_000 };
const TIER_MULTIPLIERS = { BASIC: 1, PRO: 2, MAX: 5, BUSINESS: 10 };

/** In a shared organization only the owner (or a billing manager) may look (section 3). */
function requireBilling({ principal: { organization, user } }: Call): void {
	if (organization.isPersonal || organization.ownerId === user.id) return;
	throw new ApiError(403, 'This needs the owner or billing manager role');
}

function sum(runs: RunRecord[]): number {
	return runs.reduce((total, run) => total + run.costCents, 0);
}

function groups(runs: RunRecord[], keyOf: (run: RunRecord) => string): [string, RunRecord[]][] {
	const grouped = new Map<string, RunRecord[]>();
	for (const run of runs) grouped.set(keyOf(run), [...(grouped.get(keyOf(run)) ?? []), run]);
	return [...grouped];
}

function runCost(run: RunRecord): Schemas['RunCost'] {
	return {
		run_id: run.id,
		graph_id: run.graphId,
		cost_cents: run.costCents,
		started_at: run.startedAt?.toISOString() ?? null,
		status: run.status,
		duration_seconds: run.durationSeconds,
		node_error_count: run.nodeExecutions.filter((one) => one.status === 'FAILED').length,
	};
}

export const credits: Handlers = {
	getCreditBalance: (call) => {
		requireBilling(call);
		return ok({ balance_cents: call.principal.organization.balanceCents });
	},

	listCreditTransactions: (call) => {
		requireBilling(call);
		const type = call.query.transaction_type;
		const rows = call.principal.organization.transactions.filter(
			(one) => type === undefined || one.type === type,
		);
		return keysetReply(call, 'transactions', rows, (one) => one.transaction_key);
	},

	getSubscription: ({ principal: { organization } }) => {
		const costs: Record<string, number> = TIER_COSTS;
		const yearly = Object.entries(costs).map(([tier, cents]) => [tier, cents * 10]);
		return ok({
			tier: organization.tier,
			monthly_cost_cents: costs[organization.tier] ?? 0,
			tier_costs_cents: costs,
			tier_costs_yearly_cents: Object.fromEntries(yearly) as Record<string, number>,
			billing_cycle: 'monthly',
			tier_multipliers: TIER_MULTIPLIERS,
			proration_credit_cents: 0,
			has_active_stripe_subscription: false,
			current_period_end: null,
			pending_tier: null,
			pending_tier_effective_at: null,
			pending_billing_cycle: null,
		});
	},

	listInvoices: (call) => {
		requireBilling(call);
		if (call.search.has('cursor'))
			throw new ApiError(400, 'Invoices have one page only: no cursor');
		return ok({ items: [], next_cursor: null, total_count: null });
	},

	getCostSummary: ({ core, principal, query }) => {
		const now = core.clock.now();
		const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
		const since = (query.since as Date | undefined) ?? month;
		const until = (query.until as Date | undefined) ?? now;
		if (since > until) {
			const loc = ['query', 'since'];
			throw invalid([{ type: 'value_error', loc, msg: '`since` must not be after `until`' }]);
		}
		const runs = [...core.state.runs.values()].filter(
			(run) =>
				run.userId === principal.user.id &&
				run.organizationId === principal.organization.id &&
				isFinal(run) &&
				run.createdAt >= since &&
				run.createdAt <= until,
		);
		const byCost = [...runs].sort((a, b) => b.costCents - a.costCents);
		return ok({
			total_cents: sum(runs),
			run_count: runs.length,
			billable_run_count: runs.filter((run) => run.costCents > 0).length,
			failed_cost_cents: sum(runs.filter((run) => run.status === 'FAILED')),
			by_agent: groups(runs, (run) => run.graphId).map(([graph_id, some]) => ({
				graph_id,
				cost_cents: sum(some),
				run_count: some.length,
			})),
			top_runs: byCost.slice(0, query.top_runs_limit as number).map(runCost),
			daily: groups(runs, (run) => run.createdAt.toISOString().slice(0, 10)).map(
				([date, some]) => ({ date, cost_cents: sum(some), run_count: some.length }),
			),
		});
	},
};
