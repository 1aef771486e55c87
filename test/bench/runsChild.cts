/** Does one way's work, asked by `runs.cts`. */
import '../harness/userFolder.cts';

import { answerParent } from './children.cts';
import { ways, type WayName, type Work } from './ways.cts';

export interface WayJob {
	way: WayName;
	work: Work;
	/** Work that is done first and not measured, so that all code is loaded and warm. */
	warmUp: Work;
}

answerParent<WayJob>(async ({ way, work, warmUp }) => {
	await ways[way](warmUp);
	return async () => await ways[way](work);
});
