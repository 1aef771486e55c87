import { eventOf, type TriggerEvent } from './events';
import type { Poll } from './poll';
import type { CreditState } from './state';

/** The event that the balance is below the limit. */
export function creditEvent(balanceCents: number, limitCents: number, at: Date): TriggerEvent {
	return eventOf('credit.low', [at.toISOString()], {
		balance_cents: balanceCents,
		limit_cents: limitCents,
	});
}

/** Finds out whether the balance fell below the limit since the last poll. */
export async function pollCredit(
	poll: Poll,
	before: CreditState | undefined,
	isOtherAccount: boolean,
): Promise<{ state: CreditState; events: TriggerEvent[] }> {
	const { balance_cents } = await poll.client.call('getCreditBalance', {});
	const limit = poll.settings.creditLimitCents;
	const isBelow = balance_cents < limit;
	const fell = isBelow && before !== undefined && !before.isBelow && !isOtherAccount;
	const events = fell ? [creditEvent(balance_cents, limit, poll.client.serverNow())] : [];
	return { state: { isBelow }, events };
}
