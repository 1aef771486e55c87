import { asText } from './basic.cts';
import { BlockError, defineBlock, type BlockSpec, type Values } from './block.cts';

const values = (value: unknown): Values =>
	value !== null && typeof value === 'object' ? { ...value } : {};

/** Blocks that reach outside of the run: people, files, other agents, providers. */
export const specialBlocks: BlockSpec[] = [
	defineBlock({
		id: '8b2a7b3c-6e9d-4a5f-8c1b-2e3f4a5b6c7d',
		name: 'HumanInTheLoopBlock',
		description: 'Waits until a person has judged the data.',
		type: 'HUMAN_IN_THE_LOOP',
		inputs: {
			data: { title: 'Data' },
			name: { type: 'string', title: 'Name' },
			editable: { type: 'boolean', default: true },
		},
		required: ['data', 'name'],
		outputs: { approved_data: {}, rejected_data: {}, review_message: { type: 'string' } },
		async *run(inputs, context) {
			const name = inputs.name === undefined ? null : asText(inputs.name);
			const decision = await context.review(inputs.data, name, inputs.editable !== false);
			yield [decision.approved ? 'approved_data' : 'rejected_data', decision.data];
			if (decision.comment !== null) yield ['review_message', decision.comment];
		},
	}),
	defineBlock({
		id: 'e189baac-8c20-45a1-94a7-55177ea42565',
		name: 'AgentExecutorBlock',
		description: 'Runs another agent and gives its outputs.',
		type: 'AGENT',
		inputs: {
			graph_id: { type: 'string' },
			graph_version: { type: 'integer' },
			inputs: { type: 'object', additionalProperties: true },
			input_schema: { type: 'object' },
			output_schema: { type: 'object' },
		},
		required: ['graph_id', 'graph_version'],
		outputs: {},
		async *run(inputs, context) {
			const own = ['graph_id', 'graph_version', 'user_id', 'input_schema', 'output_schema'];
			const { inputs: defaults, ...rest } = inputs;
			const linked = Object.entries(rest).filter(([name]) => !own.includes(name));
			const version = typeof inputs.graph_version === 'number' ? inputs.graph_version : null;
			const outputs = await context.runGraph(asText(inputs.graph_id), version, {
				...values(defaults),
				...Object.fromEntries(linked),
			});
			for (const [name, produced] of Object.entries(outputs)) {
				for (const value of Array.isArray(produced) ? produced : []) yield [name, value];
			}
		},
	}),
	defineBlock({
		id: 'cbb50872-625b-42f0-8203-a2ae78242d8a',
		name: 'FileStoreBlock',
		description: 'Copies a file into the workspace.',
		inputs: { file_in: { type: 'string', format: 'file' }, name: { type: 'string' } },
		required: ['file_in'],
		outputs: { file_out: { type: 'string', format: 'file' }, error: { type: 'string' } },
		async *run(inputs, context) {
			const file = await context.readFile(asText(inputs.file_in));
			const name = inputs.name === undefined ? `copy of ${file.name}` : asText(inputs.name);
			yield ['file_out', context.writeFile(name, file.content, file.mimeType)];
		},
	}),
	defineBlock({
		id: '3735a31f-7e18-4aca-9e90-08a7120674bc',
		name: 'FileReadBlock',
		description: 'Reads the text of a file.',
		inputs: { file_input: { type: 'string', format: 'file' } },
		required: ['file_input'],
		outputs: { content: { type: 'string' }, error: { type: 'string' } },
		async *run(inputs, context) {
			const file = await context.readFile(asText(inputs.file_input));
			yield ['content', file.content.toString('utf8')];
		},
	}),
	defineBlock({
		id: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f03',
		name: 'WriteWorkspaceFileBlock',
		description: 'Writes a text into a file of the workspace.',
		inputs: { filename: { type: 'string' }, content: { type: 'string' } },
		required: ['filename', 'content'],
		outputs: { file_ref: { type: 'string', format: 'file' }, error: { type: 'string' } },
		async *run(inputs, context) {
			const content = Buffer.from(asText(inputs.content));
			yield ['file_ref', context.writeFile(asText(inputs.filename), content)];
		},
	}),
	defineBlock({
		id: '1f292d4a-41a4-4977-9684-7c8d560b9f91',
		name: 'AITextGeneratorBlock',
		description: 'Asks a language model; the AutoGPT emulator makes the answer up.',
		type: 'AI',
		category: 'AI',
		costCents: 2,
		inputs: { prompt: { type: 'string', title: 'Prompt' } },
		required: ['prompt'],
		credentials: {
			credentials: { providers: ['openai', 'anthropic'], types: ['api_key'], scopes: [] },
		},
		outputs: { response: { type: 'string' }, error: { type: 'string' } },
		async *run(inputs, context) {
			const credential = context.credential('credentials');
			if (!credential) throw new BlockError('Missing credentials');
			yield ['response', `Made-up answer of ${credential.provider} to: ${asText(inputs.prompt)}`];
		},
	}),
	defineBlock({
		id: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f04',
		name: 'WeatherBlock',
		description: 'Tells the weather of a city; the AutoGPT emulator makes it up.',
		costCents: 1,
		inputs: { location: { type: 'string', title: 'Location' } },
		required: ['location'],
		credentials: {
			credentials: { providers: ['openweathermap'], types: ['api_key'], scopes: [] },
		},
		outputs: { condition: { type: 'string' }, error: { type: 'string' } },
		async *run(inputs, context) {
			if (!context.credential('credentials')) throw new BlockError('Missing credentials');
			yield ['condition', `Made-up sunshine in ${asText(inputs.location)}`];
		},
	}),
];
