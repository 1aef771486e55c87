import type { INodeParameters } from 'n8n-workflow';

import { endpoints, type EndpointName } from '../../platform/endpoints';
import { startPlatform, type Platform, type Scope } from '../platform/index.cts';
import { parametersFor, trials, World, type Trial } from '../operations/index.cts';

/** Which API operation a recorded request reached. */
function endpointOf(method: string, path: string): EndpointName | undefined {
	const route = path.replace('/external-api/v2', '').split('?')[0] ?? '';
	const matches = (Object.keys(endpoints) as EndpointName[]).filter((name) => {
		const pattern = endpoints[name].path.replace(/\{\w+\}/g, '[^/]+');
		return endpoints[name].method === method && new RegExp(`^${pattern}$`).test(route);
	});
	return matches.find((name) => endpoints[name].path === route) ?? matches[0];
}

const titleOf = ({ use, about }: Trial) => (about ? `${use}: ${about}` : use);
const titled = (some: Trial[]) => some.map((trial): [string, Trial] => [titleOf(trial), trial]);

describe('Every operation', () => {
	let platform: Platform;

	beforeAll(async () => {
		platform = await startPlatform({ limits: false, mode: { rateLimitHeaders: false } });
	});

	afterAll(async () => await platform.close());

	/** Runs a trial's operation, and tells which API operations it called. */
	async function perform(world: World, trial: Trial, given: INodeParameters, scopes?: Scope[]) {
		const before = platform.requests.length;
		const result = await world.run(parametersFor(trial, given), trial.items, scopes);
		const calls = platform.requests
			.slice(before)
			.flatMap(({ method, path }) => endpointOf(method, path) ?? []);
		return { ...result, calls };
	}

	it.each(titled(trials))('does what it is for: %s', async (_, trial) => {
		const world = new World(platform);
		const { items, error, calls } = await perform(world, trial, await trial.given(world));
		expect(error?.message).toBeUndefined();
		if (Object.keys(trial.gives).length > 0) expect(items[0]?.json).toMatchObject(trial.gives);
		expect(items.map(({ json }) => 'error' in json)).not.toContain(true);
		expect(JSON.stringify(items)).not.toMatch(/share_token|very-secret/);
		expect(calls.length).toBeGreaterThan(0);
		expect(platform.contractViolations).toEqual([]);
	});

	it.each(titled(trials.filter(({ empty }) => empty)))('finds nothing: %s', async (_, trial) => {
		const { items, error } = await perform(new World(platform), trial, trial.empty ?? {});
		expect(error?.message).toBeUndefined();
		expect(items).toEqual([]);
	});

	it.each(titled(trials.filter(({ unknown }) => unknown)))(
		'says what was not found: %s',
		async (_, trial) => {
			const { error } = await perform(new World(platform), trial, trial.unknown ?? {});
			expect(error?.message).toMatch(/nobody.* was not found|not found/);
			expect(`${error?.message} ${error?.description}`).toContain('nobody');
			expect(error).toMatchObject({ httpCode: '404' });
		},
	);

	it.each(titled(trials))('names the permission that is missing: %s', async (_, trial) => {
		const world = new World(platform);
		const given = await trial.given(world);
		const { error, calls } = await perform(world, trial, given, ['USE_TOOLS']);
		const refused = calls.at(-1);
		const scopes = trial.scope ? [trial.scope] : endpoints[refused ?? 'search'].scopes;
		if (scopes.length === 0) return;
		for (const scope of scopes) {
			expect(`${error?.message} ${error?.description}`).toContain(scope);
		}
		expect(error?.description).toContain(trial.scope ? 'permission' : '/settings/api-keys');
		expect(platform.contractViolations).toEqual([]);
	});
});
