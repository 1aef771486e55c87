import { accountTrials } from './account.cts';
import { graphTrials } from './graphs.cts';
import { libraryTrials } from './library.cts';
import { marketplaceTrials } from './marketplace.cts';
import { runTrials } from './runs.cts';

export { parametersFor, startForTrials, World, type Trial } from './trial.cts';

/** At least one trial for each operation of the node. */
export const trials = [
	...accountTrials,
	...libraryTrials,
	...graphTrials,
	...marketplaceTrials,
	...runTrials,
];
