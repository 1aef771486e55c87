import type { Resource } from '../framework/operation';
import { account } from './account';
import { agent } from './agent';
import { credit } from './credit';
import { file } from './file';
import { folder } from './folder';
import { graph } from './graph';
import { review } from './review';
import { run } from './run';

/** Everything that the node offers, in the order in which the user sees it. */
export const resources: Resource[] = [account, agent, credit, file, folder, graph, review, run];
