import type { Resource } from '../framework/operation';
import { agent } from './agent';
import { file } from './file';
import { run } from './run';

/** Everything that the node offers, in the order in which the user sees it. */
export const resources: Resource[] = [agent, file, run];
