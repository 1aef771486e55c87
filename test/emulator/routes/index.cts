import type { Handlers } from '../core.cts';
import { credits } from './credits.cts';
import { files } from './files.cts';
import { folders } from './folders.cts';
import { graphs } from './graphs.cts';
import { identity } from './identity.cts';
import { integrations } from './integrations.cts';
import { library } from './library.cts';
import { marketplace } from './marketplace.cts';
import { reviews } from './reviews.cts';
import { runs } from './runs.cts';
import { schedules } from './schedules.cts';
import { search } from './search.cts';
import { submissions } from './submissions.cts';

/** What serves each operation of the contract. */
export const handlers: Handlers = {
	...identity,
	...library,
	...folders,
	...graphs,
	...runs,
	...reviews,
	...schedules,
	...files,
	...integrations,
	...credits,
	...marketplace,
	...submissions,
	...search,
};
