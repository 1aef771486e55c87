import { inputsOf } from '../../client/inputs/inputs';
import { fieldsFor } from '../../nodes/AutoGpt/methods/inputFields';

type Schema = Record<string, unknown>;

/** The form of a tool for one input, which is required unless it has a default. */
function fieldFor(schema: Schema, name = 'topic') {
	const required = 'default' in schema ? [] : [name];
	const properties = { [name]: schema };
	const inputs = inputsOf({ input_schema: { type: 'object', required, properties } }) ?? [];
	const [field] = fieldsFor(inputs, true);
	if (!field) throw new Error('The form has no field');
	return field;
}

/** The name under which n8n asks a model for a field (`$fromAI`), made of its label. */
const modelName = (label: string) => label.replace(/[^a-zA-Z0-9-]/g, '_').slice(0, 63);

describe('The form of a tool', () => {
	it.each<[Schema, string]>([
		[{ title: 'Name', description: 'Who to greet?' }, 'Name'],
		[{ title: 'E-mail (work)' }, 'E-mail_work'],
		[{ title: 'Rows', type: 'array', items: { properties: { City: {} } } }, 'Rows'],
		[{ title: '' }, 'topic'],
		[{ title: 'Everything that you want to know about it' }, 'Everything_that_you_want_to'],
		[{ title: 'Tone', description: 'Formal?', default: '' }, 'Tone_-_Formal'],
		[{ title: 'Tone', default: '' }, 'Tone'],
	])('has clean names for the model: %j', (schema, name) => {
		const { displayName } = fieldFor(schema);
		expect(modelName(displayName)).toBe(name);
		expect(displayName.length).toBeLessThanOrEqual(28);
	});

	it('keeps a title in other letters beside its name for the model', () => {
		expect(fieldFor({ title: '城市' }, 'city').displayName).toBe('城市 (city)');
	});

	it.each<[Schema, string]>([
		[{ title: 'Name', description: 'Who to greet?' }, "$fromAI('Name', `Who to greet?`, 'string')"],
		[{ title: 'Count', type: 'integer' }, "$fromAI('Count', ``, 'number')"],
		[
			{ title: 'Rows', type: 'array', items: { properties: { City: {} } } },
			"$fromAI('Rows', `rows with City`, 'json')",
		],
	])('leaves to the model what must be there, with its help: %j', (schema, call) => {
		expect(fieldFor(schema).defaultValue).toBe(
			`={{ /*n8n-auto-generated-fromAI-override*/ ${call} }}`,
		);
	});

	it.each<[Schema]>([
		[{ title: 'Tone', default: 'dry' }],
		[{ title: 'File', type: 'string', format: 'file' }],
		[{ title: 'Kind', enum: ['a', 'b'] }],
	])('leaves nothing else to it: %j', (schema) => {
		expect(String(fieldFor(schema).defaultValue ?? '')).not.toContain('fromAI');
	});

	it('lets no text of an author out of its place in the expression', () => {
		const description = '`, process.env) }} {{ $env["X"] } ${1} \\ \' "\n<img>';
		const { defaultValue } = fieldFor({ title: 'N', description });
		expect(defaultValue).toMatch(
			/^=\{\{ \/\*[\w-]+\*\/ \$fromAI\('N', `[\p{L}\p{N} .,:;?!()/-]*`, 'string'\) \}\}$/u,
		);
	});
});
