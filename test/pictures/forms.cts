import { NodeHelpers, type INode, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

import { isShownIn, LATEST_VERSION } from '../../nodes/AutoGpt/framework/version.ts';
// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import { openEditor, screenshot } from '../host/editor.cts';
import { hostRoot } from '../host/paths.cts';
import { AUTOGPT_NODE, startStack } from '../host/stack.cts';
import { chain, type NodeDraft } from '../host/workflow.cts';

const OUT = join(hostRoot, 'pictures', 'forms');
const THEMES = ['light', 'dark'] as const;
/** High enough for a form whose options are all open. */
const VIEWPORT = { width: 1440, height: 2400 };
const PADDING = 40;
const COLUMNS = 9;
const DISTANCE = 240;

const { description } = new AutoGpt();

/** Names of the options of a field with this value of 'Resource', or of all. */
function choices(name: string, parameters: INodeParameters = {}): string[] {
	return description.properties
		.filter((field) => field.name === name && isShown(field, parameters))
		.flatMap(({ options = [] }) => options)
		.flatMap((option) => ('value' in option ? [String(option.value)] : []));
}

function isShown(field: INodeProperties, parameters: INodeParameters): boolean {
	const node: Pick<INode, 'typeVersion'> = { typeVersion: LATEST_VERSION };
	return NodeHelpers.displayParameter(parameters, field, node, description);
}

/** All options of a collection, each with the value that it has when it is added. */
function opened({ options = [] }: INodeProperties): INodeParameters {
	return Object.fromEntries(
		options.flatMap((option) =>
			'type' in option && isShownIn(false, option) ? [[option.name, option.default]] : [],
		),
	) as INodeParameters;
}

/** An operation's node, with all of its options added. */
function nodeOf(resource: string, operation: string, index: number): NodeDraft {
	const chosen = { resource, operation };
	const collections = description.properties
		.filter((field) => field.type === 'collection' && isShown(field, chosen))
		.map((field) => [field.name, opened(field)] as const);
	return {
		name: `${resource} ${operation}`,
		type: AUTOGPT_NODE,
		typeVersion: LATEST_VERSION,
		parameters: { ...chosen, ...Object.fromEntries(collections) },
		position: [(index % COLUMNS) * DISTANCE, Math.floor(index / COLUMNS) * DISTANCE],
	};
}

function allNodes(): NodeDraft[] {
	return choices('resource')
		.flatMap((resource) =>
			choices('operation', { resource }).map((operation) => [resource, operation] as const),
		)
		.map(([resource, operation], index) => nodeOf(resource, operation, index));
}

/** Takes a picture of the open form, down to its last field. */
async function takePicture(page: Page, file: string): Promise<void> {
	// What depends on AutoGPT is loaded first.
	for (const loading of await page.getByText(/^\s*Fetching /).all()) {
		await loading.waitFor({ state: 'detached' });
	}
	const panel = await page.getByTestId('node-parameters').boundingBox();
	if (!panel) throw new Error('No form is open.');
	const { x, y, width } = panel;
	const bottoms = await page
		.getByTestId('node-parameters')
		.locator('.parameter-item, .notice, .resource-locator, label, button')
		.evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().bottom));
	const height = Math.max(...bottoms) - y + PADDING;
	await screenshot(page, file, { x, y, width, height });
}

/**
 * Takes a picture of each operation's form in the editor of a real n8n, light and dark, with all
 * options added: to be looked at for labels that are cut off and words that nobody understands.
 */
async function main(words: string[]): Promise<void> {
	const nodes = allNodes().filter(({ name }) => words.every((word) => name.includes(word)));
	rmSync(OUT, { recursive: true, force: true });
	const stack = await startStack({
		userFolder: join(hostRoot, 'pictures', 'n8n'),
		onProgress: console.log,
	});
	try {
		const drafts = nodes.map((node) => ({ ...node, credentials: stack.credentials }));
		const workflow = await stack.api.createWorkflow({
			...chain('Forms', drafts),
			connections: {},
		});
		const editor = await openEditor(stack.n8n);
		const { page } = editor;
		try {
			await page.setViewportSize(VIEWPORT);
			for (const theme of THEMES) {
				mkdirSync(join(OUT, theme), { recursive: true });
				await page.emulateMedia({ colorScheme: theme });
				await editor.openWorkflow(workflow.id);
				await page.locator('body').press('1');
				for (const { name } of nodes) {
					await editor.openNode(name);
					const file = join(OUT, theme, `${name.replace(' ', '-')}.png`);
					await takePicture(page, file);
					console.log(file);
					await editor.closeNode();
				}
			}
		} finally {
			await editor.close();
		}
	} finally {
		await stack.stop();
	}
	console.log(`The pictures are in ${OUT}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
