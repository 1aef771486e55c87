/** What stands above the fields of operations that start runs. */
export const RUN_COSTS = 'Each item starts a run, which costs credits in AutoGPT';

/** The same for blocks, which run within an agent of their own. */
export const BLOCK_COSTS = 'Each item runs the block, which costs credits in AutoGPT';

/** The same for schedules, which start their runs by themselves. */
export const SCHEDULE_COSTS =
	'AutoGPT starts a run each time, which costs credits until you delete the schedule';
