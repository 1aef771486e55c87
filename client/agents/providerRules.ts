import { isObject, type JsonObject } from '../util/json';
import type { Block, Graph } from '../contract/types';

/** Where the value comes from that decides which credential fits. */
type Source =
	/** An input of the agent; its default where it is left out. */
	| { input: string; defaultValue?: unknown }
	/** The same in every run. */
	| { values: unknown[] }
	/** Another block, so that nothing is known before the run. */
	| 'open';

/** How the credential of a block follows from another input: by provider, or by host. */
export interface ProviderRule {
	/** Of the credential field, as the block has it. */
	providers: string[];
	types: string[];
	/** What follows; without it any credential that fits the field will do. */
	by?: {
		pin: string;
		/** By value of the input; without it the value is an address, and its host decides. */
		providerOf?: ReadonlyMap<string, string>;
		source: Source;
	};
}

/** A credential field of a block. */
interface BlockCredential {
	providers: string[];
	types: string[];
	pin?: string;
	providerOf?: ReadonlyMap<string, string>;
	values: unknown[];
}

/** What of a credential field shows which blocks it may belong to: its name does not. */
interface Field {
	field: string;
	providers: string[];
	types: string[];
}

/** Finds the rules of a field. */
export type RulesFor = (need: Field) => ProviderRule[] | 'unreadable';

type Node = Graph['nodes'][number];

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function mappingOf(value: unknown): ReadonlyMap<string, string> | undefined {
	if (!isObject(value)) return undefined;
	const entries = Object.entries(value).filter(
		(entry): entry is [string, string] => typeof entry[1] === 'string',
	);
	return entries.length > 0 ? new Map(entries) : undefined;
}

function pinsOf({ input_schema }: Block): JsonObject {
	return isObject(input_schema.properties) ? input_schema.properties : {};
}

function readCredential(property: unknown): BlockCredential[] {
	if (!isObject(property) || !('credentials_provider' in property)) return [];
	const { discriminator, discriminator_mapping, discriminator_values } = property;
	const providerOf = mappingOf(discriminator_mapping);
	const credential = {
		providers: texts(property.credentials_provider),
		types: texts(property.credentials_types),
		...(typeof discriminator === 'string' ? { pin: discriminator } : {}),
		...(providerOf ? { providerOf } : {}),
		values: Array.isArray(discriminator_values) ? discriminator_values : [],
	};
	return [credential];
}

function credentialsOf(block: Block): BlockCredential[] {
	return Object.values(pinsOf(block)).flatMap(readCredential);
}

/** Providers whose credentials of a type a block takes; of all types where none is given. */
export function providersOf(block: Block, type?: string): string[] {
	return credentialsOf(block)
		.filter(({ types }) => type === undefined || types.length === 0 || types.includes(type))
		.flatMap(({ providers }) => providers);
}

function defaultOf(block: Block, pin: string): unknown {
	const property = pinsOf(block)[pin];
	return isObject(property) ? (property.default ?? undefined) : undefined;
}

function toRule(
	{ providers, types, pin, providerOf, values }: BlockCredential,
	sourceOf: (pin: string) => Source,
): ProviderRule {
	if (pin === undefined) return { providers, types };
	const source = sourceOf(pin);
	const fixed = source === 'open' && values.length > 0 ? { values } : source;
	return { providers, types, by: { pin, ...(providerOf ? { providerOf } : {}), source: fixed } };
}

function fixedSource(value: unknown): Source {
	return value === undefined || value === null ? 'open' : { values: [value] };
}

function matching(rules: ProviderRule[], need: Field): ProviderRule[] {
	return rules.filter(
		({ providers, types }) =>
			need.providers.every((provider) => providers.includes(provider)) &&
			(types.length === 0 || need.types.some((type) => types.includes(type))),
	);
}

/** The rules of a block whose inputs are those of an agent, as for Block > Run. */
export function rulesOfBlock(block: Block): RulesFor {
	const sourceOf = (input: string): Source => ({ input, defaultValue: defaultOf(block, input) });
	const rules = credentialsOf(block).map((credential) => toRule(credential, sourceOf));
	return (need) => matching(rules, need);
}

function sourceIn(
	graph: Graph,
	blocks: ReadonlyMap<string, Block>,
	node: Node,
	pin: string,
): Source {
	const link = graph.links.find(
		({ sink_id, sink_name }) => sink_id === node.id && sink_name === pin,
	);
	if (!link) {
		const block = blocks.get(node.block_id);
		return fixedSource(node.input_default?.[pin] ?? (block && defaultOf(block, pin)));
	}
	const from = graph.nodes.find(({ id }) => id === link.source_id);
	const isInput = from && blocks.get(from.block_id)?.block_type === 'INPUT';
	const name = from?.input_default?.name;
	if (!isInput || typeof name !== 'string') return 'open';
	return { input: name, defaultValue: graph.input_schema.properties?.[name]?.default };
}

/** The rule that a graph itself states for one of its credential fields, if it states any. */
function rulesOfField({ credentials_input_schema }: Graph, field: string): ProviderRule[] {
	const { properties = {} } = credentials_input_schema;
	return readCredential(properties[field])
		.map((credential) => toRule(credential, () => 'open'))
		.filter(({ by }) => by !== undefined);
}

/**
 * The rules of a graph's blocks. Those of graphs that it calls are not known; for them the graph
 * itself may state some.
 *
 * @param listed the blocks of the graph
 */
export function rulesOfGraph(graph: Graph, listed: Block[]): RulesFor {
	const blocks = new Map(listed.map((block) => [block.id, block]));
	const rules = graph.nodes.flatMap((node) => {
		const block = blocks.get(node.block_id);
		if (!block) return [];
		return credentialsOf(block).map((credential) =>
			toRule(credential, (pin) => sourceIn(graph, blocks, node, pin)),
		);
	});
	return (need) => {
		const own = matching(rules, need);
		return own.length > 0 ? own : rulesOfField(graph, need.field);
	};
}
