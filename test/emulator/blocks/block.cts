import type { Schemas } from '../types.cts';

export type Output = [pin: string, value: unknown];
export type Values = Record<string, unknown>;

/** A decision about data that a block asked a person to judge (section 10). */
export interface Decision {
	approved: boolean;
	data: unknown;
	comment: string | null;
}

/** What a block may do besides computing. */
export interface BlockContext {
	now(): Date;
	/** Rests; stopping the run ends the rest. */
	wait(ms: number): Promise<void>;
	review(payload: unknown, instructions: string | null, editable: boolean): Promise<Decision>;
	/** Runs another agent's graph and gives its outputs. */
	runGraph(graphId: string, version: number | null, inputs: Values): Promise<Values>;
	readFile(reference: string): Promise<{ name: string; mimeType: string; content: Buffer }>;
	/** Stores a file and gives its `workspace://` reference. */
	writeFile(name: string, content: Buffer, mimeType?: string): string;
	/** Whether a credential was chosen for that field of the block. */
	credential(field: string): { provider: string } | undefined;
}

export interface CredentialField {
	providers: string[];
	types: Schemas['CredentialType'][];
	scopes: string[];
	/** Another input, by whose value the provider follows. */
	discriminator?: { input: string; mapping: Record<string, string> };
}

/** A block: what the API shows of it, and what it does. */
export interface BlockSpec {
	block: Schemas['Block'];
	run(inputs: Values, context: BlockContext): AsyncGenerator<Output>;
	/** For blocks of type INPUT: the property of the agent's input schema. */
	property?: (defaults: Values) => Schemas['InputProperty'];
	credentials?: Record<string, CredentialField>;
	costCents: number;
}

/** The message leaves by `error`; without a link from there the block just failed. */
export class BlockError extends Error {}

/** Takes the whole run down with it. */
export class CrashError extends Error {}

interface Definition {
	id: string;
	name: string;
	description: string;
	type?: Schemas['Block']['block_type'];
	category?: string;
	staticOutput?: boolean;
	inputs: Record<string, object>;
	required?: string[];
	outputs: Record<string, object>;
	costCents?: number;
	credentials?: Record<string, CredentialField>;
	property?: BlockSpec['property'];
	run: BlockSpec['run'];
}

function objectSchema(properties: Record<string, object>, required: string[]) {
	return { type: 'object', properties, required };
}

/** Puts a block together from its parts. */
export function defineBlock(one: Definition): BlockSpec {
	const credentials = Object.entries(one.credentials ?? {}).map(([name, field]) => [
		name,
		{
			type: 'object',
			credentials_provider: field.providers,
			credentials_types: field.types,
			...(field.scopes.length > 0 && { credentials_scopes: field.scopes }),
			...(field.discriminator && {
				discriminator: field.discriminator.input,
				discriminator_mapping: field.discriminator.mapping,
			}),
		},
	]);
	const inputs = { ...one.inputs, ...(Object.fromEntries(credentials) as Record<string, object>) };
	const costCents = one.costCents ?? 0;
	return {
		block: {
			id: one.id,
			name: one.name,
			description: one.description,
			categories: [{ category: one.category ?? 'BASIC', description: 'Of the AutoGPT emulator.' }],
			contributors: [{ name: 'AutoGPT emulator' }],
			input_schema: objectSchema(inputs, one.required ?? []),
			output_schema: objectSchema(one.outputs, []),
			static_output: one.staticOutput ?? false,
			block_type: one.type ?? 'STANDARD',
			costs: costCents > 0 ? [{ cost_type: 'run', cost_filter: {}, cost_cents: costCents }] : [],
		},
		run: one.run,
		property: one.property,
		credentials: one.credentials,
		costCents,
	};
}
