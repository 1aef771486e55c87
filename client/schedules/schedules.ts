import type { Answer, CallOptions } from '../contract/calls';
import type { AutoGptClient } from '../http/client';
import { PASSES } from '../errors/platformError';
import { sameJson } from '../util/canonicalJson';
import { eachRow, readList } from '../http/pages';
import { sendOnce } from '../http/unclearWrite';
import type { Schedule } from '../contract/types';

export type NewSchedule = CallOptions<'createSchedule'>['body'];

/**
 * Finds a schedule in the list: the API reads none alone (contract: behaviour.md section 13).
 *
 * @throws PlatformError with status 404
 */
export async function findSchedule(client: AutoGptClient, id: string): Promise<Schedule> {
	for await (const schedule of eachRow(client, 'listSchedules', {})) {
		if (schedule.id === id) return schedule;
	}
	throw client.error({
		message: `The schedule '${id}' was not found`,
		description:
			'Check the ID, and that the credential belongs to the organization that owns the schedule.',
		status: 404,
		outcome: 'refused',
		failure: { cause: 'configuration-invalid' },
	});
}

function isLike(schedule: Schedule, wanted: NewSchedule): boolean {
	return (
		schedule.name === wanted.name &&
		schedule.cron === wanted.cron &&
		(!wanted.timezone || schedule.timezone === wanted.timezone) &&
		(!wanted.graph_version || schedule.graph_version === wanted.graph_version) &&
		sameJson(schedule.inputs, wanted.inputs ?? {})
	);
}

/**
 * Creates a schedule. It is sent once: when the outcome is unclear, the schedules of the graph are
 * read, and one that is just like it counts as the one.
 */
export async function createSchedule(
	client: AutoGptClient,
	wanted: NewSchedule,
): Promise<Answer<'createSchedule'>> {
	return await sendOnce(client, {
		send: async () => await client.call('createSchedule', { body: wanted }),
		find: async () => {
			const query = { graph_id: wanted.graph_id };
			const schedules = await readList(client, 'listSchedules', { query });
			return schedules.find((schedule) => isLike(schedule, wanted));
		},
		unclear: ({ message, status }, result) => ({
			message,
			description:
				result === 'missing'
					? `The agent's schedules were read afterwards, and '${wanted.name}' is not among them: it was not created, and may be created again.`
					: `It could not be read whether '${wanted.name}' was created. Look at the agent's schedules in AutoGPT before you create it again.`,
			status,
			outcome: 'unknown',
			...(result === 'missing' ? { failure: PASSES } : {}),
		}),
	});
}
