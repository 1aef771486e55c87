import { readPastedJson, unsafeNumberIn } from '../../client/util/pastedJson';

describe('JSON as it is pasted', () => {
	it.each<[string, string]>([
		['plain', '{"a":[1,{"b":"c"}]}'],
		['a byte order mark', '\uFEFF{"a":[1,{"b":"c"}]}'],
		['space around it', '\n\t {"a":[1,{"b":"c"}]}\u200B\n'],
		['a fence', '```json\n{"a":[1,{"b":"c"}]}\n```'],
		['a fence on one line', '```json {"a":[1,{"b":"c"}]} ```'],
		['a fence without a language', '```\r\n{"a":[1,{"b":"c"}]}\r\n```\r\n'],
		['commas at ends', '{"a":[1,{"b":"c",},],\n}'],
		['JSON in a text', JSON.stringify('{"a":[1,{"b":"c"}]}')],
		['all of it', '\uFEFF```json\n{"a":[1,{"b":"c",},],\n}\n```\n'],
	])('is taken with %s', (_, text) => {
		expect(readPastedJson(text)).toEqual({ json: { a: [1, { b: 'c' }] } });
	});

	it('keeps what stands in texts', () => {
		const value = { a: ',}', b: '\\",]', c: '```', d: '"[1]"', e: '// no comment' };
		expect(readPastedJson(JSON.stringify(value))).toEqual({ json: value });
		const text = `{"a":",}","b":"\\\\\\",]",}`;
		expect(readPastedJson(text)).toEqual({ json: { a: ',}', b: '\\",]' } });
	});

	it.each<[string, string]>([
		['{"a": [object Object]}', "has '[object Object]' in it"],
		['{“a”: 1}', 'has curly quotes'],
		["{'a': 1}", 'has single quotes'],
		['{\n  // the name\n  "a": 1\n}', 'has comments'],
		['Here it is:\n```json\n{"a": 1}\n```', 'has text around the JSON'],
		['{"a": [1, 2', 'ends in the middle'],
		['{"a": "b', 'ends in the middle'],
		['{\n  "a": 1\n  "b": 2\n}', 'is not valid JSON (line 3, column 3)'],
		['{a: 1}', 'is not valid JSON'],
		['nothing', 'is not valid JSON'],
		['', 'is not valid JSON'],
	])('is explained where it is none: %j', (text, issue) => {
		const read = readPastedJson(text);
		expect(read).toEqual({ issue: expect.stringContaining(issue), advice: expect.any(String) });
	});

	it('does not keep a number of a value that was read from such a text', () => {
		expect(unsafeNumberIn({ a: [1, { id: Number('12345678901234567890') }] })).toBe(
			'12345678901234567000',
		);
		expect(unsafeNumberIn({ a: [1.5, 1e300, 2 ** 53 - 1, null, '12345678901234567890'] })).toBe(
			undefined,
		);
	});

	it.each<[string, string | undefined]>([
		['{"id": 12345678901234567890}', '12345678901234567890'],
		['[-9007199254740993]', '-9007199254740993'],
		['{"id": 9007199254740991, "x": 1.5e300, "y": 0.12345678901234567890}', undefined],
		['{"id": "12345678901234567890", "\\"1": "a 12345678901234567890"}', undefined],
	])('keeps whole numbers only that JavaScript can hold: %s', (text, number) => {
		expect(unsafeNumberIn(text)).toBe(number);
	});
});
