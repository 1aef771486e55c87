import { DateTime } from 'luxon';
import nunjucks from 'nunjucks';
import { BlockError, CrashError, defineBlock, type BlockSpec } from './block.cts';

const templates = new nunjucks.Environment(null, { autoescape: false });

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Record<string, unknown> =>
	value !== null && typeof value === 'object' ? { ...value } : {};

/** How a value reads in a text. */
export function asText(value: unknown): string {
	if (typeof value === 'string') return value;
	return value === undefined || value === null ? '' : JSON.stringify(value);
}

function compare(left: unknown, operator: string, right: unknown): boolean {
	const numbers = [Number(left), Number(right)];
	const numeric = numbers.every((number) => !Number.isNaN(number));
	const [a, b] = numeric ? numbers : [asText(left), asText(right)];
	if (a === undefined || b === undefined) return false;
	if (operator === '==') return a === b;
	if (operator === '!=') return a !== b;
	if (operator === '>') return a > b;
	if (operator === '<') return a < b;
	if (operator === '>=') return a >= b;
	if (operator === '<=') return a <= b;
	throw new BlockError(`Unknown operator ${operator}`);
}

export const basicBlocks: BlockSpec[] = [
	defineBlock({
		id: '363ae599-353e-4804-937e-b2ee3cef3da4',
		name: 'AgentOutputBlock',
		description: 'A value that the agent gives as its result.',
		type: 'OUTPUT',
		category: 'OUTPUT',
		staticOutput: true,
		inputs: {
			name: { type: 'string', title: 'Name' },
			value: { title: 'Value' },
			title: { type: 'string', title: 'Title' },
			description: { type: 'string', title: 'Description' },
		},
		required: ['name', 'value'],
		outputs: { output: { title: 'Output' }, name: { type: 'string' } },
		async *run(inputs) {
			yield ['output', inputs.value];
		},
	}),
	defineBlock({
		id: 'db7d8f02-2f44-4c55-ab7a-eae0941f0c30',
		name: 'FillTextTemplateBlock',
		description: 'Fills values into a text template.',
		category: 'TEXT',
		inputs: {
			format: { type: 'string', title: 'Format' },
			values: { type: 'object', title: 'Values', additionalProperties: true },
		},
		required: ['format', 'values'],
		outputs: { output: { type: 'string' }, error: { type: 'string' } },
		async *run(inputs) {
			let text: string;
			try {
				text = templates.renderString(asText(inputs.format), record(inputs.values));
			} catch (error) {
				throw new BlockError(`Template error: ${(error as Error).message}`);
			}
			yield ['output', text];
		},
	}),
	defineBlock({
		id: '1ff065e9-88e8-4358-9d82-8dc91f622ba9',
		name: 'StoreValueBlock',
		description: 'Passes a value on, and keeps it.',
		staticOutput: true,
		inputs: { input: { title: 'Input' }, data: { title: 'Data' } },
		required: ['input'],
		outputs: { output: { title: 'Output' } },
		async *run(inputs) {
			yield ['output', inputs.data ?? inputs.input];
		},
	}),
	defineBlock({
		id: 'd67a9c52-5e4e-11e2-bcfd-0800200c9a71',
		name: 'CountdownTimerBlock',
		description: 'Passes a value on after a time.',
		inputs: {
			input_message: { title: 'Message', default: 'timer finished' },
			seconds: { type: 'number', default: 0 },
			minutes: { type: 'number', default: 0 },
			hours: { type: 'number', default: 0 },
			days: { type: 'number', default: 0 },
		},
		outputs: { output_message: { title: 'Message' } },
		async *run(inputs, context) {
			const seconds =
				Number(inputs.seconds ?? 0) +
				Number(inputs.minutes ?? 0) * 60 +
				Number(inputs.hours ?? 0) * 3600 +
				Number(inputs.days ?? 0) * 86_400;
			if (Number.isNaN(seconds)) throw new BlockError('The time to wait is not a number');
			await context.wait(seconds * 1000);
			yield ['output_message', inputs.input_message ?? 'timer finished'];
		},
	}),
	defineBlock({
		id: 'a892b8d9-3e4e-4e9c-9c1e-75f8efcf1bfa',
		name: 'GetCurrentTimeBlock',
		description: 'Tells the time.',
		inputs: { trigger: { type: 'string' } },
		required: ['trigger'],
		outputs: { time: { type: 'string' } },
		async *run(_inputs, context) {
			const time = DateTime.fromJSDate(context.now(), { zone: 'utc' });
			yield ['time', time.toFormat('HH:mm:ss')];
		},
	}),
	defineBlock({
		id: '31d1064e-7446-4693-a7d4-65e5ca1180d1',
		name: 'AddToDictionaryBlock',
		description: 'Puts an entry into a dictionary.',
		inputs: {
			dictionary: { type: 'object', default: {} },
			key: { type: 'string' },
			value: {},
		},
		required: ['key', 'value'],
		outputs: { updated_dictionary: { type: 'object' }, error: { type: 'string' } },
		async *run(inputs) {
			const entry = { [asText(inputs.key)]: inputs.value };
			yield ['updated_dictionary', { ...record(inputs.dictionary), ...entry }];
		},
	}),
	defineBlock({
		id: 'aeb08fc1-2fc1-4141-bc8e-f758f183a822',
		name: 'AddToListBlock',
		description: 'Puts an entry at the end of a list.',
		inputs: { list: { type: 'array', default: [] }, entry: {} },
		outputs: { updated_list: { type: 'array' }, error: { type: 'string' } },
		async *run(inputs) {
			const entries = inputs.entry === undefined ? list(inputs.entries) : [inputs.entry];
			yield ['updated_list', [...list(inputs.list), ...entries]];
		},
	}),
	defineBlock({
		id: '715696a0-e1da-45c8-b209-c2fa9c3b0be6',
		name: 'ConditionBlock',
		description: 'Sends data one way or the other.',
		category: 'LOGIC',
		inputs: {
			value1: {},
			operator: { type: 'string', enum: ['==', '!=', '>', '<', '>=', '<='] },
			value2: {},
			yes_value: {},
			no_value: {},
		},
		required: ['value1', 'operator', 'value2'],
		outputs: {
			result: { type: 'boolean' },
			yes_output: {},
			no_output: {},
			error: { type: 'string' },
		},
		async *run(inputs) {
			const result = compare(inputs.value1, asText(inputs.operator), inputs.value2);
			yield ['result', result];
			if (result) yield ['yes_output', inputs.yes_value ?? inputs.value1];
			else yield ['no_output', inputs.no_value ?? inputs.value1];
		},
	}),
	defineBlock({
		id: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f01',
		name: 'FailBlock',
		description: 'Fails with a message. Only the AutoGPT emulator has it.',
		inputs: { message: { type: 'string', default: 'Failed on purpose' }, trigger: {} },
		outputs: { output: {}, error: { type: 'string' } },
		async *run(inputs) {
			if (asText(inputs.message) === '') yield ['output', inputs.trigger];
			else throw new BlockError(asText(inputs.message ?? 'Failed on purpose'));
		},
	}),
	defineBlock({
		id: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f02',
		name: 'CrashBlock',
		description: 'Takes the whole run down. Only the AutoGPT emulator has it.',
		inputs: { message: { type: 'string', default: 'Crashed on purpose' }, trigger: {} },
		outputs: { output: {} },
		async *run(inputs) {
			if (asText(inputs.message) === '') yield ['output', inputs.trigger];
			else throw new CrashError(asText(inputs.message ?? 'Crashed on purpose'));
		},
	}),
	defineBlock({
		id: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f05',
		name: 'SilentBlock',
		description: 'Takes a value and gives nothing. Only the AutoGPT emulator has it.',
		inputs: { value: {} },
		required: ['value'],
		outputs: { output: {} },
		async *run() {},
	}),
];
