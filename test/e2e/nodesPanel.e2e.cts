import { join } from 'node:path';

import { openEditor, panelEntry, screenshot, type Editor } from '../host/editor.cts';
import { asArray, asObject } from '../host/json.cts';
import { hostRoot } from '../host/paths.cts';
import { AUTOGPT_NODE, PACKAGE_NAME } from '../host/stack.cts';
import { useStack } from './stack.cts';

/** What people type who look for AutoGPT. */
const WORDS = ['autogpt', 'auto gpt', 'agpt', 'agent', 'ai agent', 'task', 'run'];
const TRIGGER_NODE = `${PACKAGE_NAME}.autoGptTrigger`;
const pictures = join(hostRoot, 'e2e', 'nodesPanel');

interface Entry {
	/** Place in the list, from 1. */
	place: number;
	name: string;
	description: string;
}

/**
 * n8n's nodes panel hides nodes of the category AI from most searches, and shows a node that has
 * actions and its trigger as one entry, under the trigger's description. It makes no actions of
 * nodes in the subcategory AI > Tools. The codex files of both nodes are written so that neither
 * happens: an update of n8n may change that.
 */
describe("The nodes in n8n's nodes panel", () => {
	const stack = useStack('nodesPanel');
	let editor: Editor;
	const places: string[] = [];
	/** Of each node type, what n8n says of it. */
	let descriptions: Map<string, string>;

	beforeAll(async () => {
		const types = asArray(
			await stack().api.session.request('GET', '/types/nodes.json'),
			'node types',
		).map((type) => asObject(type, 'node type'));
		descriptions = new Map(
			types.map(({ name, description }) => [String(name), String(description)]),
		);
		editor = await openEditor(stack().n8n);
	});

	afterAll(async () => {
		await editor?.close();
		console.log(`Places in the list:\n${places.join('\n')}`);
	});

	const openFromCanvas = async () => {
		await editor.goTo('/workflow/new', 'canvas-add-button');
		await editor.page.getByTestId('canvas-add-button').click();
	};

	/** On the canvas: Add first step, the manual trigger, and then the "+" behind it. */
	const openFromNode = async () => {
		await openFromCanvas();
		await entry('Trigger manually').click();
		await editor.page.getByTestId('canvas-handle-plus').first().click();
	};

	const panels: Array<[string, () => Promise<void>]> = [
		['empty canvas', openFromCanvas],
		['+ of a node', openFromNode],
	];

	async function type(word: string): Promise<void> {
		const { page } = editor;
		const search = page.getByTestId('node-creator-search-bar');
		// What the word before has found must be gone first.
		await search.fill('nothing has this name');
		await page.getByTestId('node-creator-no-results').waitFor();
		await search.fill(word);
	}

	const entry = (name: string) => panelEntry(editor.page, name);

	async function listed(): Promise<Entry[]> {
		const items = await editor.page.getByTestId('item-iterator-item').all();
		return await Promise.all(
			items.map(async (item, index) => ({
				place: index + 1,
				name: (await item.getByTestId('node-creator-item-name').textContent())?.trim() ?? '',
				description:
					(await item.getByTestId('node-creator-item-description').first().textContent())?.trim() ??
					'',
			})),
		);
	}

	describe.each(panels)('opened from the %s', (from, open) => {
		beforeAll(open);

		test.each(WORDS)('are found by typing "%s", with their own descriptions', async (word) => {
			await type(word);
			await entry('AutoGPT').waitFor();
			await entry('AutoGPT Trigger').waitFor();
			await screenshot(editor.page, join(pictures, `${from} - ${word}.png`));
			const entries = await listed();
			for (const [name, type] of [
				['AutoGPT', AUTOGPT_NODE],
				['AutoGPT Trigger', TRIGGER_NODE],
			] as const) {
				const found = entries.find((each) => each.name === name);
				places.push(`${from}, "${word}": ${name} is ${found?.place} of ${entries.length}`);
				expect(found?.description).toBe(descriptions.get(type));
			}
		});

		test.each(['AutoGPT', 'AutoGPT Trigger'])('add "%s" by a click', async (name) => {
			await open();
			await editor.addNode('autogpt', name);
			await screenshot(editor.page, join(pictures, `${from} - ${name} added.png`));
		});
	});
});
