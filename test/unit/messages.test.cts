import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

import { PERMISSIONS } from '../../client/contract/permissions';

const root = join(__dirname, '..', '..');

/** Words that have a better one for those who use n8n every day. */
const FORBIDDEN =
	/\b(puts? (it |them )?out|hands? out|tells? of|wakes?|woken|rhythm|at once|allowance|stand-in|slips?|objections?|verdict|ledger|scout|pacer|its time is over|ends badly|goes wrong|gives? up|(?:it|expression) that gives|gives nothing|AutoGPT's answer|answer of AutoGPT)\b/i;

interface Text {
	where: string;
	text: string;
	/** The property that it is the value of, such as `message`. */
	property: string;
}

function filesIn(folder: string): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
		.map(({ parentPath, name }) => join(parentPath, name))
		.filter((file) => !file.includes('schema.ts') && !file.includes('endpoints.ts'));
}

function textOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
	if (!ts.isTemplateExpression(node)) return undefined;
	const rest = node.templateSpans.map(({ literal }) => `…${literal.text}`);
	return node.head.text + rest.join('');
}

/** The texts of a source file that have at least four words: what people read. */
function textsOf(file: string): Text[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(file, 'utf8'),
		ts.ScriptTarget.Latest,
		true,
	);
	const found: Text[] = [];
	const visit = (node: ts.Node): void => {
		const text = textOf(node);
		if (text !== undefined && text.split(' ').length > 3) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart());
			const { parent } = node;
			const property = ts.isPropertyAssignment(parent) ? parent.name.getText() : '';
			found.push({ where: `${file.slice(root.length + 1)}:${line + 1}`, text, property });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

const texts = ['client', 'nodes', 'credentials'].flatMap(filesIn).flatMap(textsOf);

/** Where a rule is broken, with the text. */
function broken(rule: (text: Text) => boolean): string[] {
	return texts.filter((text) => !rule(text)).map(({ where, text }) => `${where}: ${text}`);
}

describe('The messages in the code', () => {
	it('are found', () => expect(texts.length).toBeGreaterThan(900));

	it('use none of the words that have a better one', () => {
		expect(broken(({ text }) => !FORBIDDEN.test(text))).toEqual([]);
	});

	it('put names of fields in single quotes, not in double ones', () => {
		const isCode = (text: string) => /^=?\{\{|\{"|\$parameter/.test(text);
		expect(broken(({ text }) => isCode(text) || !/"[A-Z][\w ]+"/.test(text))).toEqual([]);
	});

	it('name no failure where they say what happened', () => {
		const isPlain = ({ property, text }: Text) =>
			property !== 'message' || !/\b(error|problem|failure|mistake)\b/i.test(text);
		expect(broken(isPlain)).toEqual([]);
	});

	it('write three dots as one character, and no two spaces', () => {
		expect(broken(({ text }) => !/\.\.\.|[^\n] {2}\S/.test(text))).toEqual([]);
	});

	it('spell permissions in one way', () => {
		const isNamed = ({ text }: Text) =>
			PERMISSIONS.every(({ value, name }) => {
				const count = (part: string) => text.split(part).length - 1;
				return count(value) <= count(`${name} (${value})`);
			});
		expect(broken(isNamed)).toEqual([]);
	});
});

describe('The pages for users', () => {
	const pages = [
		'README.md',
		'examples/README.md',
		...readdirSync(join(root, 'docs'))
			.filter((name) => name.endsWith('.md') && !['architecture.md', 'promises.md'].includes(name))
			.map((name) => `docs/${name}`),
		...readdirSync(join(root, 'examples'))
			.filter((name) => name.endsWith('.json'))
			.map((name) => `examples/${name}`),
	];

	it.each(pages)('%s uses none of the words that have a better one', (page) => {
		const lines = readFileSync(join(root, page), 'utf8').split('\n');
		expect(lines.filter((line) => FORBIDDEN.test(line))).toEqual([]);
	});

	it.each(pages.filter((page) => page !== 'README.md'))('%s has no benchmarks', (page) => {
		expect(readFileSync(join(root, page), 'utf8')).not.toMatch(/test\/bench|npm run bench/);
	});
});
