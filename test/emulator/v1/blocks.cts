import { blocks } from '../blocks/index.cts';
import { BlockError, type BlockContext, type BlockSpec, type Values } from '../blocks/block.cts';
import type { Core } from '../core.cts';
import { done, type V1Call, type V1Handlers, type V1Schemas } from './call.cts';
import { DetailError, SilentError } from './errors.cts';

function viewOf({ block }: BlockSpec): V1Schemas['Block'] {
	return {
		id: block.id,
		name: block.name,
		description: block.description,
		inputSchema: block.input_schema,
		outputSchema: block.output_schema,
		categories: block.categories,
		contributors: block.contributors,
		staticOutput: block.static_output,
		uiType: block.block_type,
	};
}

/** A block that runs alone has no run around it: no files, no people, no credentials. */
function contextOf({ clock }: Core): BlockContext {
	const lacks = (what: string) => (): never => {
		throw new BlockError(`There is no ${what} here`);
	};
	return {
		now: () => clock.now(),
		wait: (ms) => new Promise((resolve) => clock.after(ms, resolve)),
		review: lacks('person'),
		runGraph: lacks('run'),
		readFile: lacks('file'),
		writeFile: lacks('file'),
		credential: () => undefined,
	};
}

/** A block of fixed price is charged before it runs, and nothing is given back (V5). */
function charge({ generation, principal }: V1Call, { costCents }: BlockSpec): void {
	if (generation === 'V3' || costCents === 0) return;
	const { organization } = principal;
	if (organization.balanceCents < costCents) throw new DetailError(402, 'Too little credit');
	organization.balanceCents -= costCents;
}

async function outputsOf(spec: BlockSpec, core: Core, inputs: Values): Promise<unknown> {
	const outputs: Record<string, unknown[]> = {};
	try {
		for await (const [pin, value] of spec.run(inputs, contextOf(core))) {
			(outputs[pin] ??= []).push(value);
		}
	} catch (error) {
		throw new SilentError(String(error));
	}
	if ('error' in outputs) throw new SilentError('The block failed');
	return outputs;
}

export const blockHandlers: Pick<V1Handlers, 'listBlocks' | 'executeBlock'> = {
	listBlocks: () => done([...blocks.values()].map(viewOf)),

	executeBlock: async (call) => {
		const id = call.params.block_id ?? '';
		const spec = blocks.get(id);
		if (!spec) throw new DetailError(404, `No block #${id}`);
		charge(call, spec);
		if (spec.credentials) throw new SilentError('No credential is handed over');
		const inputs = call.body as Values;
		const required = (spec.block.input_schema.required ?? []) as string[];
		if (required.some((name) => inputs[name] === undefined)) throw new SilentError('no input');
		return done(await outputsOf(spec, call.core, inputs));
	},
};
