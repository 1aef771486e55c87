import type { INodeProperties } from 'n8n-workflow';

import { isObject } from '../../../client/util/json';
import { eventKind, eventOf, type TriggerEvent } from '../event';
import type { Poll } from '../poll';
import type { Source } from '../round';
import { refuserFor } from '../settings';

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

/** The limit in cents; below one that is no number, no balance would ever be. */
function readLimit({ functions }: Poll): number {
	const given: unknown = functions.getNodeParameter('creditLimitCents');
	const isGiven = typeof given === 'number' || (typeof given === 'string' && given.trim() !== '');
	const limit = isGiven ? Number(given) : NaN;
	if (Number.isFinite(limit) && limit >= 0) return limit;
	throw refuserFor(functions).failure(
		"'Balance Limit (Cents)' is not a number from 0 on",
		'Enter a number of US cents, for example 500, or check the expression of the field.',
	);
}

/** The event when the balance is below the limit. */
async function balanceBelow(poll: Poll): Promise<TriggerEvent | undefined> {
	const limit_cents = readLimit(poll);
	const { balance_cents } = await poll.client.call('getCreditBalance', {});
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
	read: async (poll, before, isOtherAccount) => {
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
	poll: async (round) => await round.read(balance),
	sample: balanceBelow,
});
