import { everythingStored } from './database.cts';
import type { Stack } from './stack.cts';
import { until } from './until.cts';

/** n8n polls once a minute. */
const POLL_TIMEOUT_MS = 150_000;
/** Where n8n keeps a trigger's state with durable cursors. */
const DURABLE_TABLE = 'poller_state';

/** What n8n has stored of the triggers of a workflow; undefined for nothing. */
export async function pollState({ api }: Pick<Stack, 'api'>, workflowId: string) {
	const { stored } = await api.getWorkflow(workflowId);
	const state = JSON.stringify(stored.staticData ?? {});
	return state === '{}' ? undefined : state;
}

/** Waits until n8n has stored what the first poll of a workflow showed, or one after `before`. */
export async function untilPolled(
	stack: Pick<Stack, 'api'>,
	workflowId: string,
	before?: string,
): Promise<void> {
	await until(POLL_TIMEOUT_MS, 'the state after a poll', async () => {
		const state = await pollState(stack, workflowId);
		return state === before ? undefined : state;
	});
}

/** The same for an n8n with durable cursors. */
export async function untilPolledDurably(userFolder: string, workflowId: string): Promise<void> {
	await until(POLL_TIMEOUT_MS, 'the cursor of a poll', async () => {
		const rows = (await everythingStored(userFolder)).split('\n');
		return rows.find(
			(row) =>
				row.startsWith(`["${DURABLE_TABLE}"`) &&
				row.includes(workflowId) &&
				!row.includes('"cursor":"{}"'),
		);
	});
}
