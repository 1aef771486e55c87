import { endpoints } from '../../platform/endpoints';
import { startPlatform, type Platform } from '../platform/index.cts';
import { trials, World, type Trial } from '../operations/index.cts';
import { perform } from '../operations/reach.cts';

const titleOf = ({ use, about }: Trial) => (about ? `${use}: ${about}` : use);
const titled = (some: Trial[]) => some.map((trial): [string, Trial] => [titleOf(trial), trial]);

describe('Every operation', () => {
	let platform: Platform;

	beforeAll(async () => {
		platform = await startPlatform({ limits: false, mode: { rateLimitHeaders: false } });
	});

	afterAll(async () => await platform.close());

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
