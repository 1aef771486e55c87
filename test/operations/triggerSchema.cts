import { resolve } from 'node:path';

import { setStage } from '../harness/account.cts';
import { setTrigger } from '../harness/poll.cts';
import { failingAgent, greetingAgent } from '../emulator/agents';
import { merge, schemaOf, type OutputSchema } from './schemas.cts';

/** Where n8n looks for the output schema of the trigger. */
export const triggerSchemaFile = resolve(
	__dirname,
	'../../nodes/AutoGptTrigger/__schema__/v1.0.0/output.json',
);

/** The output schema of the trigger's usual event, made from what it really returns. */
export async function triggerSchema(): Promise<OutputSchema> {
	const { emulator, account, key } = await setStage({ mode: { rateLimitHeaders: false } });
	try {
		const agents = [greetingAgent, failingAgent].map((graph) => account.createAgent(graph));
		const credential = { apiKey: key, baseUrl: emulator.baseUrl };
		const trigger = setTrigger({ credential, parameters: { events: ['runFinished'] } });
		await trigger.poll();
		const runs = agents.map(({ agentId }) => account.startRun(agentId, { name: 'Ada' }));
		while (runs.some((id) => account.run(id).endedAt === null)) {
			await new Promise((done) => setTimeout(done, 20));
		}
		const rows = (await trigger.poll()).map(({ json }) => schemaOf(json));
		return { ...merge(rows), version: 1 };
	} finally {
		await emulator.close();
	}
}
