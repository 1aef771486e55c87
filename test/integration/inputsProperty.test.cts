import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { checkInputs } from '../../client/inputs/checks';
import { inputsOf } from '../../client/inputs/inputs';
import { pathText } from '../../client/inputs/schema/path';
import { sameJson } from '../../client/util/canonicalJson';
import { fieldsFor } from '../../nodes/AutoGpt/methods/inputFields';
import { failureOf, setStage, type Stage } from '../harness/account.cts';
import { filledForm } from '../harness/form.cts';
import { formIssues, freshValues } from '../harness/freshForm.cts';
import { putSchemaBlock } from '../harness/schemaBlocks.cts';
import { defaults, samples, type Sample } from '../harness/schemaSamples.cts';
import { rl } from '../harness/locator.cts';

/** Give PROPERTY_SEED to repeat a failure, PROPERTY_RUNS to try more. */
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.PROPERTY_RUNS ?? 150);
const NAME = 'input';
const BATCH = 12;

const json = { isForm: false, timezone: 'Europe/Berlin' };
const form = { ...json, isForm: true };

/**
 * Where AutoGPT is looser or stricter than the schema, behaviour.md section 11 wins: times have no
 * zone (`HH:MM:SS`), and an input that is null is one that was left out.
 */
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('time', /^\d{2}:\d{2}:\d{2}$/);

function allows({ schema, $defs }: Sample, value: unknown): boolean {
	return ajv.validate({ ...schema, $defs }, value);
}

const schemaOf = ({ schema, $defs }: Sample, more: object = {}) => ({
	type: 'object',
	properties: { [NAME]: { ...schema, ...more } },
	$defs,
});

const inputsFor = (sample: Sample, more: object = {}) =>
	inputsOf({ input_schema: schemaOf(sample, more) }) ?? [];

/** A value as somebody types it into its field, or chooses it there. */
function typedInto(sample: Sample, value: unknown): unknown {
	const [field] = fieldsFor(inputsFor(sample));
	const isCommaText = field?.type === 'string' && Array.isArray(value) && value.length > 0;
	const text = isCommaText ? value.map(String).join(', ') : undefined;
	// What only JSON can tell: a list of one of several types, or texts with commas.
	const isRead =
		text &&
		sameJson(checkInputs(inputsFor(sample), { [NAME]: text }, form).values, { [NAME]: value });
	if (isRead) return text;
	return typeof value === 'object' ? JSON.stringify(value) : value;
}

const check = (property: Parameters<typeof fc.assert>[0]) => fc.assert(property, { seed, numRuns });

describe(`Inputs of any schema (PROPERTY_SEED=${seed})`, () => {
	it('have a form that opens, and that n8n executes untouched', () => {
		const withDefault = samples.chain((sample) =>
			fc.tuple(fc.constant(sample), defaults(sample.value), fc.anything()),
		);
		check(
			fc.property(withDefault, ([sample, more, title]) => {
				const inputs = inputsFor(sample, { ...more, title });
				const fields = fieldsFor(inputs);
				expect(fields).toHaveLength(1);
				expect([...fields[0]!.displayName].length).toBeLessThanOrEqual(28);
				expect(formIssues(fields)).toEqual([]);
				const { unfit, values } = checkInputs(inputs, freshValues(fields), form);
				expect(unfit).toEqual([]);
				// What an untouched form sends is the default, in the type of the input; or nothing.
				if (values[NAME] !== undefined && !('default' in more)) expect(values[NAME]).toBe(false);
			}),
		);
	});

	it('take each value that the schema allows as it is, from JSON and from a form', () => {
		check(
			fc.property(samples, (sample) => {
				fc.pre(sample.value !== null);
				expect(allows(sample, sample.value)).toBe(true);
				const inputs = inputsFor(sample);
				const { value } = sample;
				expect(checkInputs(inputs, { [NAME]: value }, json)).toMatchObject({
					...{ unfit: [], unknown: [], missing: [] },
				});
				expect(checkInputs(inputs, { [NAME]: value }, json).values).toEqual({ [NAME]: value });
				const typed = typedInto(sample, value);
				expect(checkInputs(inputs, { [NAME]: typed }, form).values).toEqual({ [NAME]: value });
				// An expression returns the value itself.
				expect(checkInputs(inputs, { [NAME]: value }, form).values).toEqual({ [NAME]: value });
			}),
		);
	});

	it('refuse each value that the schema forbids, and name its path', () => {
		check(
			fc.property(samples, (sample) => {
				const { bad } = sample;
				fc.pre(bad !== undefined && !allows(sample, bad.value));
				const { unfit } = checkInputs(inputsFor(sample), { [NAME]: bad!.value }, json);
				expect(unfit.map(({ path }) => pathText(path))).toContain(pathText([NAME, ...bad!.path]));
			}),
		);
	});

	describe('on their way to AutoGPT', () => {
		let stage: Stage;

		beforeAll(async () => {
			stage = await setStage({ mode: { rateLimitHeaders: false } });
		});

		afterAll(async () => {
			expect(stage.emulator.contractViolations).toEqual([]);
			await stage.emulator.close();
		});

		const starts = () =>
			stage.emulator.requests.filter(
				({ method, path }) => method === 'POST' && path.endsWith('/runs'),
			);

		const arrived = (from: number) =>
			starts()
				.slice(from)
				.map(({ body }) => (JSON.parse(body ?? '') as { inputs: object }).inputs);

		const JSON_INPUTS = { inputsMode: 'json', inputsJson: '={{ $json.inputs }}' };
		const FORM_INPUTS = filledForm({ [NAME]: `={{ $json.inputs.${NAME} }}` });

		const run = async (
			tried: Array<{ sample: Sample; value: unknown }>,
			how: INodeParameters = JSON_INPUTS,
		) => {
			const items = tried.map(({ sample, value }) => {
				const { id } = putSchemaBlock(schemaOf(sample)).block;
				return { json: { id, inputs: { [NAME]: value } } as IDataObject };
			});
			return await stage.run(
				{
					resource: 'block',
					operation: 'run',
					blockId: rl('={{ $json.id }}'),
					...how,
				},
				{ items, settings: { onError: 'continueRegularOutput' } },
			);
		};

		const tried = fc.sample(samples, { seed, numRuns: BATCH });
		const good = tried.filter(({ value }) => value !== null);
		const bad = tried.filter((one) => one.bad && !allows(one, one.bad.value));

		it('arrive unchanged', async () => {
			const before = starts().length;
			const { error } = await run(good.map((sample) => ({ sample, value: sample.value })));
			expect(error).toBeUndefined();
			const bodies = arrived(before);
			expect(bodies).toHaveLength(good.length);
			for (const { value } of good) {
				expect(bodies.some((inputs) => sameJson(inputs, { [NAME]: value }))).toBe(true);
			}
		});

		it('start nothing where they are forbidden', async () => {
			const before = starts().length;
			const refused = await run(bad.map((sample) => ({ sample, value: sample.bad?.value })));
			expect(starts()).toHaveLength(before);
			for (const [index, { bad: wrong }] of bad.entries()) {
				const { message } = failureOf(refused.items[index]);
				expect(message).toContain(`'${pathText([NAME, ...(wrong?.path ?? [])])}' `);
			}
		});

		it.each([
			['typed', typedInto],
			['given by an expression', (_: Sample, value: unknown) => value],
		])('arrive equal from a form, %s', async (_, give) => {
			const before = starts().length;
			const given = good.map((sample) => ({ sample, value: give(sample, sample.value) }));
			const { error, items } = await run(given, FORM_INPUTS);
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.failure)).toEqual(good.map(() => undefined));
			const bodies = arrived(before);
			expect(bodies).toHaveLength(good.length);
			for (const { value } of good) {
				expect(bodies.filter((inputs) => sameJson(inputs, { [NAME]: value }))).not.toEqual([]);
			}
		});
	});
});
