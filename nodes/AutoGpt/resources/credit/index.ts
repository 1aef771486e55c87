import type { Resource } from '../../framework/operation';
import { getBalance } from './getBalance.operation';
import { getCostSummary } from './getCostSummary.operation';
import { getInvoices } from './getInvoices.operation';
import { getSubscription } from './getSubscription.operation';
import { getTransactions } from './getTransactions.operation';

export const credit: Resource = {
	name: 'Credit',
	value: 'credit',
	description: 'Balance, plan and costs of the account',
	defaultOperation: 'getBalance',
	operations: [getBalance, getCostSummary, getInvoices, getSubscription, getTransactions],
};
