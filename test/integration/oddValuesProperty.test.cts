import fc from 'fast-check';
import { isExpression, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { isShownIn } from '../../nodes/AutoGpt/framework/version';
import { resources } from '../../nodes/AutoGpt/resources';
import type { Emulator } from '../emulator/index.cts';
import { parametersFor, startForTrials, trials, World, type Trial } from '../operations/index.cts';

/** `PROPERTY_RUNS=2000 npx jest oddValuesProperty` tries as many cases; `PROPERTY_SEED` repeats. */
const CASES = Number(process.env.PROPERTY_RUNS ?? 400);
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const TEST_TIMEOUT_MS = 60 * 60_000;

/** What an expression returns where the item lacks the value. */
const NOTHING = ['null', 'undefined', '""', '"  "', '[]', '[null]', '[[]]', '["", null]'];
/** What no field of text takes. */
const NO_TEXT = [
	'{}',
	'{ a: 1 }',
	'[{}]',
	'true',
	'false',
	'NaN',
	'Infinity',
	'1e21',
	'new Date(0)',
];
/** Fields whose emptiness an operation takes for what it says, with the reason. */
const MAY_BE_EMPTY: readonly string[] = [
	// A review names its run.
	'review.answer runId',
	// They add something that is left out.
	'integrationCredential.create additionalFields.title',
	'folder.create additionalFields.color',
	'folder.create additionalFields.icon',
	'submission.create additionalFields.videoUrl',
	'graph.create options.name',
	// Of several changes those are made that have a value.
	'agent.update updateFields.graphVersion',
	'marketplaceProfile.update updateFields.name',
	'folder.update updateFields.name',
	// A list has an order of its own.
	'marketplaceAgent.getMany options.sortBy',
	'creator.getMany options.sortBy',
];

interface Field {
	path: string;
	label: string;
	isText: boolean;
}

function fieldsOf({ use }: Trial, given: INodeParameters): Field[] {
	const [resource, operation] = use.split('.');
	const { fields = [] } =
		resources
			.find(({ value }) => value === resource)
			?.operations.find(({ value }) => value === operation) ?? {};
	const find = (among: readonly unknown[], name: string) =>
		among.find(
			(one): one is INodeProperties =>
				(one as INodeProperties).name === name && isShownIn(false, one as INodeProperties),
		);
	return Object.entries(given).flatMap(([name, value]) => {
		const field = find(fields, name);
		// Read when the work is done: what is no switch returns the whole.
		if (!field || field.noDataExpression || name === 'simplify') return [];
		if (field.type !== 'collection') return fieldAt(name, field);
		return Object.keys(value as object).flatMap((inner) => {
			const option = find(field.options ?? [], inner);
			return option ? fieldAt(`${name}.${inner}`, option) : [];
		});
	});
}

function fieldAt(path: string, { displayName, type }: INodeProperties): Field[] {
	if (!['string', 'resourceLocator', 'number', 'boolean', 'dateTime'].includes(type)) return [];
	const isText = type === 'string' || type === 'resourceLocator';
	return [{ path, label: displayName, isText }];
}

function put(value: unknown, expression: string): INodeParameters[string] {
	const isLocator = typeof value === 'object' && value !== null && '__rl' in value;
	return isLocator ? { ...(value as INodeParameters), value: expression } : expression;
}

/** The parameters with an expression in one field. */
function withValue(given: INodeParameters, path: string, expression: string): INodeParameters {
	const [name = '', inner] = path.split('.');
	if (inner === undefined) return { ...given, [name]: put(given[name], expression) };
	const fields = given[name] as INodeParameters;
	return { ...given, [name]: { ...fields, [inner]: put(fields[inner], expression) } };
}

describe(`An expression that returns odd values (PROPERTY_SEED=${SEED})`, () => {
	let emulator: Emulator;

	beforeAll(async () => {
		emulator = await startForTrials();
	});

	afterAll(async () => await emulator.close());

	test(
		'is refused with the name of its field, and never stands for all, none or another',
		async () => {
			const anyCase = fc.record({
				trial: fc.constantFrom(...trials),
				index: fc.nat(),
				value: fc.oneof(
					fc.constantFrom(...NOTHING).map((code) => ({ code, isNothing: true })),
					fc.constantFrom(...NO_TEXT).map((code) => ({ code, isNothing: false })),
				),
			});
			await fc.assert(
				fc.asyncProperty(anyCase, async ({ trial, index, value: { code, isNothing } }) => {
					const world = new World(emulator);
					const given = await trial.given(world);
					const fields = fieldsOf(trial, given);
					const field = fields[index % fields.length];
					fc.pre(field !== undefined && (isNothing || field.isText));
					const { path = '', label = '' } = field ?? {};
					const mayBeEmpty = isNothing && MAY_BE_EMPTY.includes(`${trial.use} ${path}`);
					fc.pre(!mayBeEmpty);
					resetProcessState();
					const before = emulator.requests.length;
					const expression = `={{ ${code.startsWith('{') ? `(${code})` : code} }}`;
					expect(isExpression(expression)).toBe(true);
					const parameters = withValue(given, path, expression);
					const { error } = await world.run(parametersFor(trial, parameters), trial.items);
					const writes = emulator.requests
						.slice(before)
						.filter(({ method }) => method !== 'GET')
						.map(({ method, path: at }) => `${method} ${at}`);
					expect({ use: trial.use, path, message: error?.message, writes }).toEqual({
						use: trial.use,
						path,
						message: expect.stringContaining(`'${label}`),
						writes: [],
					});
				}),
				{ numRuns: CASES, seed: SEED, endOnFailure: true },
			);
		},
		TEST_TIMEOUT_MS,
	);
});
