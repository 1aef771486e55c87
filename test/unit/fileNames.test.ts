import {
	baseName,
	freeName,
	inputFileName,
	nameForType,
	nameInDisposition,
} from '../../client/files/fileNames';

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');
const FAMILY = '👩‍👩‍👧‍👦';

describe('The name of a file', () => {
	it.each([
		['folder\\sub/minutes.md', 'minutes.md'],
		['a\u0007b\n.txt', 'a_b_.txt'],
		// Marks that turn the direction of writing hide what an ending is.
		['invoice\u202efdp.exe', 'invoicefdp.exe'],
		['\u200ereport\u2069.pdf\ufeff', 'report.pdf'],
		['broken \ud83d.txt', 'broken _.txt'],
		['u\u0308bersicht.pdf', 'übersicht.pdf'],
		[`${FAMILY}.png`, `${FAMILY}.png`],
		['..', ''],
		['. ', ''],
		['x/..', ''],
	])('%j becomes %j', (given, name) => expect(baseName(given)).toBe(name));

	it.each([
		'漢'.repeat(300),
		`${'漢'.repeat(80)}.pdf`,
		`${FAMILY.repeat(40)}.png`,
		`${'a'.repeat(400)}.json`,
		`a.${'b'.repeat(400)}`,
	])('is cut at whole characters so that a file system takes it: %#', (given) => {
		const name = baseName(given);
		expect(bytes(name)).toBeLessThanOrEqual(200);
		expect(name).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|\ufffd|\u200d(?=\.|$)/);
		const ending = /\.[a-z]{3,4}$/.exec(given)?.[0] ?? '';
		expect(name.endsWith(ending)).toBe(true);
		expect(baseName(name)).toBe(name);
	});

	it('keeps its length with a number that makes it free', () => {
		const name = baseName(`${'漢'.repeat(300)}.pdf`);
		const free = freeName(name, new Set());
		expect(free).toMatch(/ \(2\)\.pdf$/);
		expect(bytes(free)).toBeLessThanOrEqual(200);
	});

	it.each([
		['report.pdf', 'report-0123456789abcdef.pdf'],
		['notes', 'notes-0123456789abcdef'],
		['v1.final version of it', 'v1.final version of it-0123456789abcdef'],
		['', 'file-0123456789abcdef'],
		['..', 'file-0123456789abcdef'],
	])('shows the content of an input: %j becomes %j', (given, name) => {
		expect(inputFileName(given, '0123456789abcdef')).toBe(name);
	});

	it.each([`${FAMILY.repeat(40)}.png`, `${'漢'.repeat(80)}.pdf`])(
		'shows the content of an input whatever its length: %#',
		(given) => {
			const name = inputFileName(given, '0123456789abcdef');
			expect(bytes(name)).toBeLessThanOrEqual(200);
			expect(name).toMatch(/-0123456789abcdef\.(png|pdf)$/);
			// What AutoGPT keeps of it is all of it, so that it is found again.
			expect(baseName(name)).toBe(name);
		},
	);

	it.each([
		['data', 'text/csv', undefined, 'data.csv'],
		['', 'application/pdf', undefined, 'file.pdf'],
		['data', 'text/csv; charset=utf-8', undefined, 'data.csv'],
		['data', 'application/octet-stream', 'xyz', 'data.xyz'],
		['data', 'application/x-unknown', undefined, 'data'],
		['data.json', 'text/csv', undefined, 'data.json'],
	])('gets the ending of its type: %j, %j', (name, mimeType, ending, wanted) => {
		expect(nameForType(name, mimeType, ending)).toBe(wanted);
	});

	it.each([
		[
			Buffer.from('attachment; filename="übersicht.pdf"', 'utf8').toString('latin1'),
			'übersicht.pdf',
		],
		[
			Buffer.from('attachment; filename="übersicht.pdf"', 'latin1').toString('latin1'),
			'übersicht.pdf',
		],
		['attachment; filename="x.pdf"; filename*=UTF-8\'\'%E6%BC%A2.pdf', '漢.pdf'],
		["attachment; filename*=ISO-8859-1''%FCber.pdf", 'über.pdf'],
		['attachment; filename*=utf-8\'de\'%FC.pdf; filename="y.pdf"', 'y.pdf'],
		['attachment; filename="a\\"b.pdf"', 'a"b.pdf'],
		['attachment; filename=plain.pdf; size=3', 'plain.pdf'],
		['attachment', undefined],
		['attachment; filename=".."', undefined],
	])('is read from Content-Disposition: %j', (header, name) => {
		expect(nameInDisposition(header)).toBe(name);
	});

	it('is read from a header of any length without delay', () => {
		const began = performance.now();
		nameInDisposition(`attachment; filename="${'\\'.repeat(100_000)}`);
		nameInDisposition(`attachment; ${'filename '.repeat(20_000)}`);
		expect(performance.now() - began).toBeLessThan(1_000);
	});
});
