import type { sleep } from 'n8n-workflow';

/**
 * For `jest.mock('n8n-workflow', …)`: pauses pass so many times faster; nothing else of n8n is touched.
 */
export function hastyWorkflow(times = 10): object {
	const actual = jest.requireActual<{ sleep: typeof sleep }>('n8n-workflow');
	const hasty: typeof sleep = async (ms, signal) => await actual.sleep(ms / times, signal);
	return { ...actual, sleep: hasty };
}
