import { blockHandlers } from './blocks.cts';
import type { V1Handlers } from './call.cts';
import { graphs } from './graphs.cts';
import { identity } from './identity.cts';
import { integrations } from './integrations.cts';
import { store } from './store.cts';
import { tools } from './tools.cts';

/** What serves each operation of API v1. */
export const v1Handlers: V1Handlers = {
	...identity,
	...blockHandlers,
	...graphs,
	...store,
	...integrations,
	...tools,
};
