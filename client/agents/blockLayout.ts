import { createHash } from 'crypto';

import { isObject, type JsonObject } from '../util/json';
import { blockAgentName, blockTag, blockTitle } from './blocks';
import { canonicalJson } from '../util/canonicalJson';
import type { Block, GraphCreate, InputProperty, InputSchema } from '../contract/types';

type Node = GraphCreate['nodes'][number];
type Link = GraphCreate['links'][number];

/** How an agent is to be made that runs one block. */
export interface BlockLayout {
	/** Stands in the description of the agent, by which it is found again. */
	tag: string;
	graph: GraphCreate;
	/** Its inputs, with the types that the block gives them. */
	inputs: InputSchema;
}

/** Raised when agents are made differently, so that older ones are not taken for them. */
const LAYOUT = 1;
/** Blocks with which an agent begins and ends (contract: behaviour.md section 14). */
const INPUT_BLOCK = 'c0a8e994-ebf1-4a9c-a4d8-89d09c86741b';
const OUTPUT_BLOCK = '363ae599-353e-4804-937e-b2ee3cef3da4';
const WORKER = 'block';
const COLUMN_WIDTH = 600;
const ROW_HEIGHT = 320;

function propertiesOf(schema: JsonObject): Array<[string, JsonObject]> {
	const { properties } = schema;
	if (!isObject(properties)) return [];
	return Object.entries(properties).filter((one): one is [string, JsonObject] => isObject(one[1]));
}

/** Credentials are chosen for a run as a whole; no input of an agent may have such a name. */
function isCredential(name: string, property: JsonObject): boolean {
	return /(?:^|_)credentials$/.test(name) || 'credentials_provider' in property;
}

/** Whether a block works with a credential. */
export function takesCredentials({ input_schema }: Block): boolean {
	return propertiesOf(input_schema).some(([name, property]) => isCredential(name, property));
}

function textOf(value: unknown): string | undefined {
	// Authors of agents and blocks also write numbers.
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** What an input takes when it is left out; a toggle is off then. */
function defaultOf({ default: value, type }: JsonObject): unknown {
	return value ?? (type === 'boolean' ? false : undefined);
}

/** A pin of a block as the property of an agent's input, with all that its schema says. */
function toProperty(name: string, property: JsonObject): InputProperty {
	const defaultValue = defaultOf(property);
	const keywords = Object.entries(property).filter(([keyword]) => keyword !== 'default');
	const schema: JsonObject = Object.fromEntries(keywords);
	return {
		...schema,
		title: textOf(property.title) ?? name,
		description: textOf(property.description) ?? '',
		...(defaultValue === undefined ? {} : { default: defaultValue }),
		advanced: property.advanced === true,
		secret: property.secret === true,
	};
}

/** What the schemas of the pins refer to. */
function definitionsOf({ $defs, definitions }: JsonObject): JsonObject {
	return {
		...($defs === undefined ? {} : { $defs }),
		...(definitions === undefined ? {} : { definitions }),
	};
}

/** The inputs of a block, without its credentials. */
export function inputsOfBlock({ input_schema: schema }: Block): InputSchema {
	const pins = propertiesOf(schema).filter(([name, property]) => !isCredential(name, property));
	const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
	return {
		...definitionsOf(schema),
		type: 'object',
		properties: Object.fromEntries(
			pins.map(([name, property]) => [name, toProperty(name, property)]),
		),
		required: pins
			.filter(([name, property]) => required.includes(name) && defaultOf(property) === undefined)
			.map(([name]) => name),
	};
}

/**
 * The inputs that are led to the block. A block waits for everything that is linked to it, and an
 * input without a value returns nothing: an optional one without a default is linked only where it
 * is given.
 */
function linkedInputs(block: Block, given: readonly string[]): InputSchema {
	const { properties = {}, required = [], ...schema } = inputsOfBlock(block);
	const linked = Object.entries(properties).filter(
		([name, { default: value }]) =>
			required.includes(name) || value !== undefined || given.includes(name),
	);
	return { ...schema, properties: Object.fromEntries(linked), required };
}

function node(id: string, block_id: string, column: number, row: number, values: JsonObject): Node {
	const position = { x: column * COLUMN_WIDTH, y: row * ROW_HEIGHT };
	return { id, block_id, input_default: values, metadata: { position } };
}

function inputNode([name, property]: [string, InputProperty], row: number): Node {
	const { title, description, advanced, default: value } = property;
	const defaultValue = value === undefined ? {} : { value, advanced };
	return node(`in ${name}`, INPUT_BLOCK, 0, row, { name, title, description, ...defaultValue });
}

function graphOf(block: Block, inputs: InputSchema, tag: string): GraphCreate {
	const title = blockTitle(block);
	const pins = Object.entries(inputs.properties ?? {});
	// Without a link from it, a message of the block shows up as that of a failed block.
	const outputs = propertiesOf(block.output_schema).filter(([name]) => name !== 'error');
	const links: Link[] = [
		...pins.map(([name]) => ({
			id: `link in ${name}`,
			...{ source_id: `in ${name}`, source_name: 'result' },
			...{ sink_id: WORKER, sink_name: name, is_static: false },
		})),
		...outputs.map(([name]) => ({
			id: `link out ${name}`,
			...{ source_id: WORKER, source_name: name },
			...{ sink_id: `out ${name}`, sink_name: 'value', is_static: false },
		})),
	];
	return {
		name: blockAgentName(block),
		description: `Runs the block ${title} alone, for n8n. The node finds this agent again by the following text: ${tag}`,
		nodes: [
			...pins.map(inputNode),
			node(WORKER, block.id, 1, 0, {}),
			...outputs.map(([name, property], row) =>
				node(`out ${name}`, OUTPUT_BLOCK, 2, row, { name, title: textOf(property.title) ?? name }),
			),
		],
		links,
		is_active: true,
	};
}

/**
 * Plans the agent that runs a block. It is the same for the same block with the same inputs and
 * outputs, and for the same optional inputs among `given`.
 */
export function layoutOf(block: Block, given: readonly string[]): BlockLayout {
	const inputs = linkedInputs(block, given);
	const names = Object.keys(inputs.properties ?? {}).sort();
	const content = [LAYOUT, names, block.input_schema, block.output_schema];
	const digest = createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 16);
	const tag = blockTag(block) + digest;
	return { tag, graph: graphOf(block, inputs, tag), inputs };
}
