import { responseFields } from '../../../../client/contract/responseFields';
import { simplified, simplifyField } from '../../framework/simplify';
import type { ItemOperation } from '../../framework/operation';

const SIMPLE_SUBSCRIPTION = [
	'tier',
	'monthly_cost_cents',
	'billing_cycle',
	'has_active_stripe_subscription',
	'current_period_end',
	'pending_tier',
	'pending_tier_effective_at',
	'pending_billing_cycle',
] as const;

export const getSubscription: ItemOperation = {
	name: 'Get Subscription',
	value: 'getSubscription',
	action: 'Get subscription',
	description:
		'Retrieve the plan of the account; with yearly billing monthly_cost_cents holds the price of a year',
	fields: [simplifyField],
	rawFields: responseFields.getSubscription,
	perItem: async (item) =>
		simplified(item, await item.client.call('getSubscription', {}), SIMPLE_SUBSCRIPTION),
};
