import { blocks } from './blocks/index.cts';
import type { BlockSpec, CredentialField } from './blocks/block.cts';
import { ApiError } from './errors.cts';
import { newId } from './ids.cts';
import { basePin } from './pins.cts';
import type { GraphVersion } from './state.cts';
import type { GraphCreate, Schemas } from './types.cts';

type Node = Schemas['GraphNode'];
type InputSchema = Schemas['InputSchema'];

/** A credential field of the agent, and the block fields that it fills. */
export interface CredentialSlot {
	field: string;
	providers: string[];
	types: Schemas['CredentialType'][];
	scopes: string[];
	optional: boolean;
}

/** The block of a node. */
export function blockOf(node: Pick<Node, 'block_id'>): BlockSpec {
	const spec = blocks.get(node.block_id);
	if (!spec) throw new ApiError(400, `Block ${node.block_id} not found`);
	return spec;
}

function refuse(message: string): never {
	throw new ApiError(400, `Invalid graph: ${message}`);
}

function checkGraph(graph: GraphCreate): void {
	const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
	if (nodes.size !== graph.nodes.length) refuse('two nodes have the same id');
	for (const node of graph.nodes) {
		const spec = blocks.get(node.block_id);
		if (!spec) refuse(`node ${node.id} has the unknown block ${node.block_id}`);
		const name = node.input_default?.name;
		const named = spec.block.block_type === 'INPUT' || spec.block.block_type === 'OUTPUT';
		if (named && (typeof name !== 'string' || name === '')) refuse(`node ${node.id} has no name`);
		if (spec.block.block_type === 'INPUT' && /(^|_)credentials$/.test(String(name))) {
			refuse(`an input cannot be named ${String(name)}`);
		}
		const linked = graph.links
			.filter((link) => link.sink_id === node.id)
			.map((link) => basePin(link.sink_name));
		for (const pin of (spec.block.input_schema.required ?? []) as string[]) {
			if (node.input_default?.[pin] === undefined && !linked.includes(pin)) {
				refuse(`node ${node.id} (${spec.block.name}) has no ${pin}`);
			}
		}
	}
	for (const link of graph.links) {
		const source = nodes.get(link.source_id);
		const sink = nodes.get(link.sink_id);
		if (!source || !sink) refuse(`link ${link.id} leads from or to an unknown node`);
		const agent = (node: Node) => blockOf(node).block.block_type === 'AGENT';
		const out = (blockOf(source).block.output_schema.properties ?? {}) as object;
		if (!agent(source) && !(basePin(link.source_name) in out)) {
			refuse(`link ${link.id} leads from the unknown pin ${link.source_name}`);
		}
		const into = (blockOf(sink).block.input_schema.properties ?? {}) as object;
		if (!agent(sink) && !(basePin(link.sink_name) in into)) {
			refuse(`link ${link.id} leads to the unknown pin ${link.sink_name}`);
		}
	}
}

/** Input nodes of a graph by the names of their inputs. */
export function inputNodes(graph: Pick<GraphVersion, 'nodes'>): Map<string, Node> {
	const inputs = graph.nodes.filter((node) => blockOf(node).block.block_type === 'INPUT');
	return new Map(inputs.map((node) => [String(node.input_default?.name), node]));
}

function inputSchema(nodes: Node[]): InputSchema {
	const properties: Record<string, Schemas['InputProperty']> = {};
	for (const [name, node] of inputNodes({ nodes })) {
		properties[name] = blockOf(node).property?.(node.input_default ?? {}) ?? {};
	}
	const required = Object.keys(properties).filter((name) => !('default' in properties[name]!));
	return { type: 'object', properties, required };
}

function outputSchema(nodes: Node[]): InputSchema {
	const outputs = nodes.filter((node) => blockOf(node).block.block_type === 'OUTPUT');
	const properties = outputs.map((node) => {
		const { name, title } = node.input_default ?? {};
		return [String(name), { title: String(title ?? name), advanced: false, secret: false }];
	});
	return {
		type: 'object',
		properties: Object.fromEntries(properties) as Record<string, Schemas['InputProperty']>,
		required: properties.map(([name]) => name as string),
	};
}

function fieldName(providers: string[], types: string[]): string {
	return `${[...providers].sort().join('-')}_${types.join('-')}_credentials`;
}

/** What a node's credential field takes: a value that is fixed in the node narrows it. */
function needsOfNode(node: Node): CredentialField[] {
	return Object.values(blockOf(node).credentials ?? {}).map((need) => {
		const { input, mapping = {} } = need.discriminator ?? {};
		const value = input === undefined ? undefined : node.input_default?.[input];
		const provider = typeof value === 'string' ? mapping[value] : undefined;
		return provider === undefined ? need : { ...need, providers: [provider] };
	});
}

/** The agent's credential field that fills a node's; null if the node needs none. */
export function slotOf(node: Node): string | null {
	const [need] = needsOfNode(node);
	return need ? fieldName(need.providers, need.types) : null;
}

/** The credential fields of an agent: equal needs share one field (section 11). */
export function credentialSlots(nodes: Node[]): CredentialSlot[] {
	const slots = new Map<string, CredentialSlot>();
	for (const node of nodes) {
		const optional = node.metadata?.credentials_optional === true;
		for (const need of needsOfNode(node)) {
			const providers = [...need.providers].sort();
			const field = fieldName(need.providers, need.types);
			const slot = slots.get(field);
			if (slot) {
				slot.optional &&= optional;
			} else {
				const { types, scopes } = need;
				slots.set(field, { field, providers, types, scopes, optional });
			}
		}
	}
	return [...slots.values()];
}

function credentialsSchema(slots: CredentialSlot[]): Schemas['CredentialsInputSchema'] {
	const properties = slots.map((slot) => [
		slot.field,
		{
			credentials_provider: slot.providers,
			credentials_types: slot.types,
			...(slot.scopes.length > 0 && { credentials_scopes: slot.scopes }),
		},
	]);
	return {
		type: 'object',
		properties: Object.fromEntries(properties) as NonNullable<
			Schemas['CredentialsInputSchema']['properties']
		>,
		required: slots.filter((slot) => !slot.optional).map((slot) => slot.field),
	};
}

/** Checks a graph and gives its nodes and links new ids (section 14). */
export function buildVersion(graph: GraphCreate, version: number, createdAt: Date): GraphVersion {
	checkGraph(graph);
	const ids = new Map(graph.nodes.map((node) => [node.id, newId()]));
	const nodes = graph.nodes.map((node) => ({
		...structuredClone(node),
		id: ids.get(node.id) ?? newId(),
		input_default: structuredClone(node.input_default ?? {}),
		metadata: structuredClone(node.metadata ?? {}),
	}));
	const links = graph.links.map((link) => {
		const source = graph.nodes.find((node) => node.id === link.source_id);
		return {
			...link,
			id: newId(),
			source_id: ids.get(link.source_id) ?? '',
			sink_id: ids.get(link.sink_id) ?? '',
			is_static: link.is_static || (source ? blockOf(source).block.static_output : false),
		};
	});
	return {
		version,
		name: graph.name,
		description: graph.description ?? '',
		createdAt,
		nodes,
		links,
		inputSchema: inputSchema(nodes),
		outputSchema: outputSchema(nodes),
		credentialsSchema: credentialsSchema(credentialSlots(nodes)),
	};
}
