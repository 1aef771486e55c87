import type { Schemas } from '../types.cts';
import { defineBlock, type BlockSpec, type Values } from './block.cts';

type Property = Schemas['InputProperty'];

interface InputKind {
	id: string;
	name: string;
	about: string;
	/** The part of the property that depends on the kind (section 11). */
	schema: (defaults: Values) => Property;
}

const nullable = (schema: object): Property => ({ anyOf: [{ ...schema }, { type: 'null' }] });
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const KINDS: InputKind[] = [
	{
		id: 'c0a8e994-ebf1-4a9c-a4d8-89d09c86741b',
		name: 'AgentInputBlock',
		about: 'Any value',
		schema: () => ({}),
	},
	{
		id: '7fcd3bcb-8e1b-4e69-903d-32d3d4a92158',
		name: 'AgentShortTextInputBlock',
		about: 'A short text',
		schema: () => nullable({ type: 'string', format: 'short-text' }),
	},
	{
		id: '90a56ffb-7024-4b2b-ab50-e26c5e5ab8ba',
		name: 'AgentLongTextInputBlock',
		about: 'A long text',
		schema: () => nullable({ type: 'string', format: 'long-text' }),
	},
	{
		id: '96dae2bb-97a2-41c2-bd2f-13a3b5a8ea98',
		name: 'AgentNumberInputBlock',
		about: 'A whole number',
		schema: () => nullable({ type: 'integer' }),
	},
	{
		id: 'cbf36ab5-df4a-43b6-8a7f-f7ed8652116e',
		name: 'AgentToggleInputBlock',
		about: 'Yes or no',
		schema: () => ({ type: 'boolean', default: false }),
	},
	{
		id: '655d6fdf-a334-421c-b733-520549c07cd1',
		name: 'AgentDropdownInputBlock',
		about: 'One of some texts',
		schema: (defaults) => {
			const options = strings(defaults.options ?? defaults.placeholder_values);
			return { ...nullable({ type: 'string' }), ...(options.length > 0 && { enum: options }) };
		},
	},
	{
		id: '7e198b09-4994-47db-8b4d-952d98241817',
		name: 'AgentDateInputBlock',
		about: 'A date',
		schema: () => nullable({ type: 'string', format: 'date' }),
	},
	{
		id: '2a1c757e-86cf-4c7e-aacf-060dc382e434',
		name: 'AgentTimeInputBlock',
		about: 'A time of day',
		schema: () => nullable({ type: 'string', format: 'time' }),
	},
	{
		id: '95ead23f-8283-4654-aef3-10c053b74a31',
		name: 'AgentFileInputBlock',
		about: 'A file',
		schema: () => nullable({ type: 'string', format: 'file' }),
	},
	{
		id: '5603b273-f41e-4020-af7d-fbc9c6a8d928',
		name: 'AgentTableInputBlock',
		about: 'Rows of a table',
		schema: (defaults) => {
			const columns = strings(defaults.column_headers).map((name) => [name, { type: 'string' }]);
			return {
				...nullable({ type: 'array', items: { type: 'object' } }),
				type: 'array',
				format: 'table',
				items: { type: 'object', properties: Object.fromEntries(columns) as object },
			};
		},
	},
	{
		id: 'd3b32f15-6fd7-40e3-be52-e083f51b19a2',
		name: 'AgentGoogleDriveFileInputBlock',
		about: 'A file from Google Drive',
		schema: () => ({
			...nullable({ type: 'object' }),
			format: 'google-drive-picker',
			default: {},
		}),
	},
];

/** Title and description as the agent's builder left them: the server checks neither (section 11). */
function texts({ name, title, description }: Values): Pick<Property, 'title' | 'description'> {
	return {
		title: title ?? name,
		...(description !== undefined && description !== null && { description }),
	} as Pick<Property, 'title' | 'description'>;
}

function property(kind: InputKind): (defaults: Values) => Property {
	return (defaults) => {
		const schema = kind.schema(defaults);
		const defaultValue = defaults.value ?? schema.default;
		const hasDefault = defaultValue !== undefined && defaultValue !== null;
		return {
			...schema,
			...texts(defaults),
			...(hasDefault && { default: defaultValue }),
			advanced: hasDefault && defaults.advanced === true,
			secret: false,
		};
	};
}

/** One block for each kind of agent input (section 11). */
export const inputBlocks: BlockSpec[] = KINDS.map((kind) =>
	defineBlock({
		id: kind.id,
		name: kind.name,
		description: `${kind.about} that whoever runs the agent gives.`,
		type: 'INPUT',
		category: 'INPUT',
		staticOutput: true,
		inputs: {
			name: { type: 'string', title: 'Name' },
			value: { title: 'Default' },
			title: { type: 'string', title: 'Title' },
			description: { type: 'string', title: 'Description' },
			advanced: { type: 'boolean', title: 'Advanced', default: false },
		},
		required: ['name'],
		outputs: { result: { title: 'Value' } },
		property: property(kind),
		async *run(inputs) {
			// Null overrides a default, and the block then gives nothing (section 11).
			if (inputs.value !== undefined && inputs.value !== null) yield ['result', inputs.value];
		},
	}),
);
