import { versionOf } from '../agents-store.cts';
import { noContent, ok, type Call, type Core, type Handlers } from '../core.cts';
import { checkCron, checkTimezone, isoInZone, nextRun, olderWeekdays } from '../cron.cts';
import { ApiError, notFound } from '../errors.cts';
import { newId } from '../ids.cts';
import { checkNames, chosenCredentials, coerceInputs } from '../inputs.cts';
import { listReply } from '../lists.cts';
import { isOwn, ownerOf, usableGraph } from '../ownership.cts';
import type { ScheduleRecord } from '../state.cts';
import type { Schemas } from '../types.cts';
import { scheduleView } from '../views.cts';

/** Starts a run; a failed firing may leave none (section 13). */
function fire(core: Core, schedule: ScheduleRecord): void {
	const graph = core.state.graphs.get(schedule.graphId);
	const organization = core.state.organizations.get(schedule.organizationId);
	if (!graph || !organization || organization.balanceCents <= 0) return;
	const { userId, organizationId, teamId } = schedule;
	const version = versionOf(graph, schedule.graphVersion);
	try {
		core.runner.start({
			owner: { userId, organizationId, teamId },
			graph,
			version,
			agentId: null,
			inputs: coerceInputs(version, schedule.inputs),
			credentials: chosenCredentials(core, userId, version, schedule.credentials),
			scheduleId: schedule.id,
		});
	} catch (error) {
		core.log(`schedule ${schedule.id}: ${error instanceof Error ? error.message : 'failed'}`);
	}
}

/** Waits for the next time; firings missed meanwhile merge into one. */
function arm(core: Core, schedule: ScheduleRecord): void {
	const now = core.clock.now();
	const cron = core.mode.version === 'N' ? schedule.cron : olderWeekdays(schedule.cron);
	const next = nextRun(cron, schedule.timezone, now);
	schedule.nextRunTime = isoInZone(next);
	schedule.cancel = core.clock.after(next.toMillis() - now.getTime(), () => {
		fire(core, schedule);
		arm(core, schedule);
	});
}

export const schedules: Handlers = {
	listSchedules: (call) => {
		const { core, principal, query } = call;
		const own = [...core.state.schedules.values()].filter(
			(schedule) =>
				isOwn(principal, schedule) &&
				(query.graph_id === undefined || schedule.graphId === query.graph_id) &&
				(core.mode.version === 'N' || !schedule.paused),
		);
		return listReply(call, 'schedules', own, scheduleView);
	},

	createSchedule: (call: Call) => {
		const { core, principal } = call;
		const body = call.body as Schemas['ScheduleCreate'];
		const zone = body.timezone ?? principal.user.timezone ?? 'UTC';
		if (core.mode.version === 'N') checkTimezone(zone);
		const graph = usableGraph(call, body.graph_id);
		const version = versionOf(graph, body.graph_version ?? graph.activeVersion);
		checkCron(body.cron);
		const inputs = body.inputs ?? {};
		const credentials = body.credentials_inputs ?? {};
		checkNames(core, version, inputs);
		if (graph.trigger) throw new ApiError(400, 'This agent is started by a webhook only');
		chosenCredentials(core, principal.user.id, version, credentials);
		coerceInputs(version, inputs);
		const schedule: ScheduleRecord = {
			...ownerOf(principal),
			id: newId(),
			name: body.name,
			graphId: graph.id,
			graphVersion: version.version,
			cron: body.cron,
			timezone: zone,
			inputs,
			credentials,
			nextRunTime: null,
			paused: false,
			cancel: () => undefined,
		};
		core.state.schedules.set(schedule.id, schedule);
		arm(core, schedule);
		return ok(scheduleView(schedule), 201);
	},

	deleteSchedule: ({ core, principal, params }) => {
		const schedule = core.state.schedules.get(params.schedule_id ?? '');
		if (!schedule || !isOwn(principal, schedule)) {
			throw notFound(`Schedule #${params.schedule_id}`);
		}
		schedule.cancel();
		core.state.schedules.delete(schedule.id);
		return noContent;
	},
};
