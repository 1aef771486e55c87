import { toField } from '../../nodes/AutoGpt/methods/inputForm';
import { inputsOf } from '../../client/inputs/inputs';

function labelWith(description: string, required = false): string {
	const schema = { properties: { topic: { title: 'Topic', description } } };
	const [input] =
		inputsOf({
			input_schema: { type: 'object', required: required ? ['topic'] : [], ...schema },
		}) ?? [];
	if (!input) throw new Error('The schema has no input');
	return toField(input).displayName;
}

describe('The label of an input', () => {
	const sixty = 'What the brief is about, in a few words that are clear to me';

	it('has its help', () => {
		expect(labelWith('What it is about')).toBe('Topic (What it is about)');
		expect(sixty).toHaveLength(60);
		expect(labelWith(sixty)).toBe(`Topic (${sixty})`);
		expect(labelWith('')).toBe('Topic');
	});

	it.each([
		[`${sixty} and you`, `${sixty}…`],
		[`${sixty}ddle-aged people`, 'What the brief is about, in a few words that are clear to…'],
		[
			'What the brief is about, in a few words that are short, extraordinarily so',
			'What the brief is about, in a few words that are short…',
		],
		['x'.repeat(70), `${'x'.repeat(60)}…`],
	])('ends long help after a word: %s', (help, shown) => {
		expect(labelWith(help)).toBe(`Topic (${shown})`);
		expect(labelWith(help, true)).toBe(`Topic (${shown}) *`);
	});
});
