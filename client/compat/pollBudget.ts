import type { IPollFunctions } from 'n8n-workflow';

/**
 * How long n8n lets a poll take, in milliseconds; undefined where it does not say. n8n before 2.38
 * never does. From 2.38 on `getPollBudgetMs` may be called as it is.
 */
export function pollBudgetMs(
	functions: Partial<Pick<IPollFunctions, 'getPollBudgetMs'>>,
): number | undefined {
	return functions.getPollBudgetMs?.();
}
