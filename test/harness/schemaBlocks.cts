import { randomUUID } from 'node:crypto';

import { defineBlock, type BlockSpec } from '../emulator/blocks/block.cts';
import { putBlock } from '../emulator/blocks/index.cts';

/** An input schema as a block or an agent of AutoGPT has it. */
export interface SampleSchema {
	properties: Record<string, object>;
	required?: string[];
	$defs?: Record<string, unknown>;
}

/** Puts a block into the emulator that takes inputs of this schema; its output `done` is true. */
export function putSchemaBlock(
	{ properties, required = [], $defs }: SampleSchema,
	name = 'SampleBlock',
): BlockSpec {
	const spec = defineBlock({
		id: randomUUID(),
		name,
		description: 'Takes whatever its schema says.',
		inputs: properties,
		required,
		outputs: { done: { type: 'boolean' } },
		async *run() {
			yield ['done', true];
		},
	});
	if ($defs) spec.block.input_schema.$defs = $defs;
	putBlock(spec);
	return spec;
}

const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

/** Schemas that show what a form makes of them, by name. */
export const schemaGallery: Record<string, SampleSchema> = {
	section11: {
		required: ['topic', 'who', 'due', 'at', 'when', 'doc'],
		properties: {
			topic: { title: 'Topic', description: 'What it is about.' },
			who: nullable({ type: 'string', format: 'short-text' }),
			copies: { ...nullable({ type: 'integer', minimum: 1 }), default: 2, title: 'Copies' },
			draft: { type: 'boolean', default: false, title: 'Draft' },
			mood: {
				...nullable({ type: 'string' }),
				...{ enum: ['calm', 'loud'], default: 'calm', title: 'Mood' },
			},
			due: { ...nullable({ type: 'string', format: 'date' }), title: 'Due' },
			at: { ...nullable({ type: 'string', format: 'time' }), title: 'At' },
			when: { type: 'string', format: 'date-time', title: 'When' },
			doc: { ...nullable({ type: 'string', format: 'file' }), title: 'Document' },
		},
	},
	defaults: {
		properties: {
			mood: { type: 'string', enum: ['calm', 'loud'], default: '', title: 'Mood' },
			day: { ...nullable({ type: 'string', format: 'date' }), default: '', title: 'Day' },
			hour: { ...nullable({ type: 'string', format: 'time' }), default: '', title: 'Hour' },
			rows: {
				...nullable({ type: 'array', items: { type: 'object' } }),
				...{ type: 'array', format: 'table', default: '', title: 'Rows' },
				items: { type: 'object', properties: { City: { type: 'string' } } },
			},
			size: { ...nullable({ type: 'string' }), enum: [1, 2], default: '2', title: 'Size' },
			many: { type: 'integer', default: 'lots', title: 'Many' },
			formula: { type: 'string', default: '=1+1', title: 'Formula' },
			sure: { ...nullable({ type: 'boolean' }), default: null, title: 'Sure' },
		},
	},
	unions: {
		required: ['data'],
		properties: {
			data: {
				title: 'Data',
				anyOf: [{ type: 'object' }, { type: 'array', items: {} }, { type: 'null' }],
			},
			tags: {
				title: 'Tags',
				anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
			},
			cell: { title: 'Cell', anyOf: [{ type: 'string' }, { type: 'integer' }] },
			when: {
				title: 'When',
				default: null,
				discriminator: { propertyName: 'kind' },
				oneOf: [
					{
						...{ type: 'object', required: ['kind', 'start'] },
						properties: { kind: { const: 'exact' }, start: { type: 'string' } },
					},
					{
						...{ type: 'object', required: ['kind', 'minutes'] },
						properties: { kind: { const: 'length' }, minutes: { type: 'integer' } },
					},
				],
			},
		},
	},
	tables: {
		required: ['rows', 'sizes'],
		properties: {
			rows: {
				...{ title: 'Rows', type: 'array', format: 'table' },
				items: {
					type: 'object',
					properties: { City: { type: 'string' }, Country: { type: 'string' } },
				},
			},
			more: {
				title: 'More Rows',
				anyOf: [
					{
						type: 'array',
						items: { type: 'object', properties: { Name: { type: 'string' } } },
					},
					{ type: 'null' },
				],
			},
			sizes: { title: 'Sizes', type: 'array', items: { enum: ['small', 'large'] } },
			words: { title: 'Words', type: 'array', items: { type: 'string' }, default: ['a', 'b'] },
			extra: { title: 'Extra', type: 'object', default: {} },
			blank: { title: 'Blank', type: 'object' },
		},
	},
	nested: {
		$defs: {
			Format: { enum: ['news', 'pdf'], type: 'string', title: 'Format' },
			Geo: {
				type: 'object',
				properties: { lat: { type: 'number' }, lon: { type: 'number' } },
				required: ['lat', 'lon'],
			},
			Place: {
				type: 'object',
				properties: { name: { type: 'string' }, geo: { $ref: '#/$defs/Geo' } },
				required: ['name', 'geo'],
			},
		},
		required: ['place', 'code'],
		properties: {
			place: { $ref: '#/$defs/Place', title: 'Place' },
			kind: { ...nullable({ $ref: '#/$defs/Format' }), default: null, title: 'Kind' },
			other: { allOf: [{ $ref: '#/$defs/Format' }], default: 'pdf', title: 'Other Kind' },
			code: { type: 'string', pattern: '^[A-Z]{3}$', title: 'Code' },
			share: { type: 'number', minimum: 0, maximum: 1, default: 0.5, title: 'Share' },
			picker: { type: 'object', format: 'google-drive-picker', title: 'Sheet', default: null },
		},
	},
	names: {
		required: ['город', '城市'],
		properties: {
			year: { title: 2026, type: 'integer' },
			'a.b': { title: 'Name\nwith a\r\nline break', type: 'string' },
			'say "hi"': { type: 'string' },
			long: {
				title: 'A very long title that an author wrote without thinking of any panel at all',
				description:
					'And a description that is longer still, with everything that anybody could want to know about it.',
				type: 'string',
			},
			'😀': { title: '😀 Mood', type: 'string', default: '😀' },
			город: { title: 'Город', type: 'string' },
			страна: { title: 'Страна', type: 'string' },
			城市: { title: '城市', type: 'string' },
			国家: { title: '国家', type: 'string' },
		},
	},
};
