import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';

import { resources } from '../../nodes/AutoGpt/resources';
import { endpoints } from '../../client/contract/endpoints';
import { SCOPES, type Emulator } from '../emulator/index.cts';
import { startForTrials, trials, World, type Trial } from '../operations/index.cts';
import { perform } from '../operations/reach.cts';

/** Operations that any valid key may carry out (contract: behaviour.md section 3). */
const PUBLIC = [
	'creator.get',
	'creator.getMany',
	'marketplaceAgent.get',
	'marketplaceAgent.getByVersion',
	'marketplaceAgent.getMany',
];
/** Operations that list what there is always one of. */
const NEVER_EMPTY = ['graph.getVersions'];

const PAGE = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8').split('\n');

/** What the page of permissions says of an operation. */
function permissionRow({ use }: Trial): string {
	const [resource, operation] = use.split('.');
	const found = resources.find(({ value }) => value === resource);
	const name = found?.operations.find(({ value }) => value === operation)?.name;
	return PAGE.find((line) => line.startsWith(`| ${found?.name} > ${name} |`)) ?? '';
}

const titleOf = ({ use, about }: Trial) => (about ? `${use}: ${about}` : use);
const titled = (some: Trial[]) => some.map((trial): [string, Trial] => [titleOf(trial), trial]);

describe('Every operation', () => {
	let emulator: Emulator;

	beforeAll(async () => {
		emulator = await startForTrials();
	});

	afterAll(async () => await emulator.close());

	it.each(titled(trials))('does what it is for: %s', async (_, trial) => {
		const world = new World(emulator);
		const { items, error, calls } = await perform(world, trial, await trial.given(world));
		expect(error?.message).toBeUndefined();
		if (Object.keys(trial.returns).length > 0) expect(items[0]?.json).toMatchObject(trial.returns);
		expect(items.map(({ json }) => 'error' in json)).not.toContain(true);
		expect(JSON.stringify(items)).not.toMatch(/share_token|very-secret/);
		expect(calls.length).toBeGreaterThan(0);
		expect(emulator.contractViolations).toEqual([]);
	});

	it.each(titled(trials.filter(({ empty }) => empty)))('finds nothing: %s', async (_, trial) => {
		const world = new World(emulator);
		const { empty = {} } = trial;
		const given = typeof empty === 'function' ? await empty(world) : empty;
		const { items, error } = await perform(world, trial, given);
		expect(error?.message).toBeUndefined();
		expect(items).toEqual([]);
	});

	it.each(titled(trials.filter(({ unknown }) => unknown)))(
		'says what was not found: %s',
		async (_, trial) => {
			const { error } = await perform(new World(emulator), trial, trial.unknown ?? {});
			expect(error?.message).toMatch(/nobody.* was not found|not found/);
			expect(`${error?.message} ${error?.description}`).toContain('nobody');
			expect(error).toMatchObject({ httpCode: '404' });
		},
	);

	it.each(titled(trials))('names the permission that is missing: %s', async (_, trial) => {
		const world = new World(emulator);
		const given = await trial.given(world);
		const { error, calls } = await perform(world, trial, given, ['USE_TOOLS']);
		const refused = calls.at(-1);
		const scopes = trial.scope ? [trial.scope] : endpoints[refused ?? 'search'].scopes;
		expect([trial.use, scopes.length > 0]).toEqual([trial.use, !PUBLIC.includes(trial.use)]);
		if (scopes.length === 0) return;
		for (const scope of scopes) {
			expect(`${error?.message} ${error?.description}`).toContain(scope);
		}
		expect(error?.description).toContain(trial.scope ? 'permission' : '/settings/api-keys');
		expect(emulator.contractViolations).toEqual([]);
	});

	it.each(titled(trials))('names each permission, or does without: %s', async (_, trial) => {
		const world = new World(emulator);
		const { calls } = await perform(world, trial, await trial.given(world));
		const scopes = [...new Set(calls.flatMap((name) => endpoints[name].scopes))];
		const row = permissionRow(trial);
		expect([row, scopes.filter((scope) => !row.includes(`\`${scope}\``))]).toEqual([row, []]);
		for (const scope of scopes) {
			const other = new World(emulator);
			const given = await trial.given(other);
			const rest = SCOPES.filter((one) => one !== scope);
			const { error } = await perform(other, trial, given, rest);
			if (error) expect(`${error.message} ${error.description}`).toContain(scope);
		}
		expect(emulator.contractViolations).toEqual([]);
	});
});

describe('The trials of operations', () => {
	const uses = resources.flatMap(({ value, operations }) =>
		operations.map(({ value: operation, fields }) => ({ use: `${value}.${operation}`, fields })),
	);
	const tried = (part: keyof Trial) =>
		uses
			.map(({ use }) => use)
			.filter((use) => trials.some((trial) => trial.use === use && trial[part]));
	/** A field by whose name nothing has to be there yet is none. */
	const isId = ({ modes = [], name, type, required }: INodeProperties) =>
		required === true &&
		(type === 'resourceLocator' || /[a-z]Id$/.test(name)) &&
		!modes.some((mode) => mode.name === 'name');

	it('are there for every operation', () => {
		expect(tried('given')).toEqual(uses.map(({ use }) => use));
	});

	it('have nothing to list for each one that lists', () => {
		const lists = uses.filter(({ fields }) => fields.some(({ name }) => name === 'returnAll'));
		expect(lists.length).toBeGreaterThan(15);
		const names = lists.map(({ use }) => use).filter((use) => !NEVER_EMPTY.includes(use));
		expect(names.filter((use) => !tried('empty').includes(use))).toEqual([]);
	});

	it('name something unknown for each one that takes an ID', () => {
		const takers = uses.filter(({ fields }) => fields.some(isId)).map(({ use }) => use);
		expect(takers.length).toBeGreaterThan(35);
		expect(takers.filter((use) => !tried('unknown').includes(use))).toEqual([]);
	});
});
