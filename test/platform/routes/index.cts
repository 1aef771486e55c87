import type { Handlers } from '../core.cts';
import { graphs } from './graphs.cts';
import { identity } from './identity.cts';
import { library } from './library.cts';
import { runs } from './runs.cts';

/** What serves each operation of the contract. */
export const handlers: Handlers = {
	...identity,
	...library,
	...graphs,
	...runs,
};
