import { asText } from './basic.cts';
import { BlockError, defineBlock, type BlockSpec } from './block.cts';

const PROVIDERS: Record<string, string> = { 'm-a': 'openai', 'm-b': 'anthropic' };

/** Blocks whose credential depends on another of their inputs. */
export const modelBlocks: BlockSpec[] = [
	defineBlock({
		id: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f06',
		name: 'AIConversationBlock',
		description: 'Asks the chosen language model; the AutoGPT emulator makes the answer up.',
		type: 'AI',
		category: 'AI',
		costCents: 2,
		inputs: {
			prompt: { type: 'string', title: 'Prompt' },
			model: { type: 'string', title: 'Model', enum: Object.keys(PROVIDERS), default: 'm-a' },
		},
		required: ['prompt'],
		credentials: {
			credentials: {
				providers: ['openai', 'anthropic'],
				types: ['api_key'],
				scopes: [],
				discriminator: { input: 'model', mapping: PROVIDERS },
			},
		},
		outputs: { response: { type: 'string' }, error: { type: 'string' } },
		async *run(inputs, context) {
			const model = inputs.model === undefined ? 'm-a' : asText(inputs.model);
			const { provider } = context.credential('credentials') ?? {};
			if (provider !== PROVIDERS[model]) {
				throw new BlockError(`${model} does not take the key of ${provider ?? 'nobody'}`);
			}
			yield ['response', `Made-up answer of ${model} by ${provider} to: ${asText(inputs.prompt)}`];
		},
	}),
];
