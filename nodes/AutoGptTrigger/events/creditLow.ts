import type { INodeProperties } from 'n8n-workflow';

import { isObject } from '../../../client/util/json';
import { eventKind, eventOf, type TriggerEvent } from '../event';
import type { Poll } from '../poll';
import type { Source } from '../round';

const creditLimit: INodeProperties = {
	displayName: 'Balance Limit (Cents)',
	name: 'creditLimitCents',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 500,
	description:
		'Starts the workflow once when the balance falls below this many US cents, and again only after it was above',
};

interface CreditState {
	isBelow: boolean;
}

/** The event when the balance is below the limit. */
async function balanceBelow(poll: Poll): Promise<TriggerEvent | undefined> {
	const { balance_cents } = await poll.client.call('getCreditBalance', {});
	const limit_cents = Number(poll.functions.getNodeParameter('creditLimitCents', 0));
	if (balance_cents >= limit_cents) return undefined;
	const at = poll.client.serverNow().toISOString();
	return eventOf('credit.low', [at], { balance_cents, limit_cents });
}

const balance: Source<CreditState, TriggerEvent[]> = {
	slot: 'credit',
	restore: (stored) =>
		isObject(stored) && typeof stored.isBelow === 'boolean'
			? { isBelow: stored.isBelow }
			: undefined,
	look: async (poll, before, isOtherAccount) => {
		const event = await balanceBelow(poll);
		const fell = before !== undefined && !before.isBelow && !isOtherAccount;
		return { state: { isBelow: event !== undefined }, found: fell && event ? [event] : [] };
	},
};

export const creditLow = eventKind({
	value: 'creditLow',
	option: { name: 'Credit Balance Low', description: 'The balance fell below a limit' },
	howToGetOne: 'raise the balance limit above your present balance',
	place: 'others',
	isOfRuns: false,
	fields: [creditLimit],
	poll: async (round) => await round.look(balance),
	sample: balanceBelow,
});
