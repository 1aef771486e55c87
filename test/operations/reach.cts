import type { INodeParameters } from 'n8n-workflow';

import { endpoints, type EndpointName } from '../../client/contract/endpoints';
import type { Scope } from '../emulator/index.cts';
import { parametersFor, type Trial, type World } from './trial.cts';

/** Which API operation a recorded request reached. */
function endpointOf(method: string, path: string): EndpointName | undefined {
	const route = path.replace('/external-api/v2', '').split('?')[0] ?? '';
	const matches = (Object.keys(endpoints) as EndpointName[]).filter((name) => {
		const pattern = endpoints[name].path.replace(/\{\w+\}/g, '[^/]+');
		return endpoints[name].method === method && new RegExp(`^${pattern}$`).test(route);
	});
	return matches.find((name) => endpoints[name].path === route) ?? matches[0];
}

/** Runs a trial's operation, and returns which API operations it called. */
export async function perform(
	world: World,
	trial: Trial,
	given: INodeParameters,
	scopes?: Scope[],
) {
	const { requests } = world.emulator;
	const before = requests.length;
	const result = await world.run(parametersFor(trial, given), trial.items, scopes);
	const calls = requests
		.slice(before)
		.flatMap(({ method, path }) => endpointOf(method, path) ?? []);
	return { ...result, calls };
}
