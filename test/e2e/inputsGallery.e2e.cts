import type { Page } from 'playwright-core';
import { join } from 'node:path';

import { openEditor, screenshot, type Editor } from '../host/editor.cts';
import { hostRoot } from '../host/paths.cts';
import { AUTOGPT_NODE } from '../host/stack.cts';
import { chain } from '../host/workflow.cts';
import { putSchemaBlock, schemaGallery } from '../harness/schemaBlocks.cts';
import { useStack } from './stack.cts';
import { rl } from '../harness/locator.cts';

/** Tall enough for a whole form. */
const VIEWPORT = { width: 1440, height: 1500 };

/** Labels of the form that are cut off. */
async function cutLabels(page: Page): Promise<string[]> {
	return await page
		.getByTestId('resource-mapper-container')
		.evaluate((form) =>
			[...form.querySelectorAll('label, label *')]
				.filter(
					(one) =>
						one.children.length === 0 &&
						one.scrollWidth > one.clientWidth + 1 &&
						getComputedStyle(one).overflow === 'hidden',
				)
				.map((one) => one.textContent ?? ''),
		);
}

/** What marks a field of the form as wrong. */
async function redMarks(page: Page): Promise<string[]> {
	return await page
		.getByTestId('resource-mapper-container')
		.evaluate((form) =>
			[
				...form.querySelectorAll(
					"[class*='has-issues'], [class*='hasIssues'], .cm-lint-marker-error, .cm-lintRange-error, [data-test-id='parameter-issues']",
				),
			].map((one) => `${one.className}: ${one.closest('.parameter-item')?.textContent ?? ''}`),
		);
}

describe('The gallery of forms', () => {
	const stack = useStack('inputsGallery');
	let editor: Editor;

	beforeAll(async () => {
		editor = await openEditor(stack().n8n);
		await editor.page.setViewportSize(VIEWPORT);
	});

	afterAll(async () => await editor?.close());

	test.each(Object.entries(schemaGallery))(
		'has no cut label and no red mark: %s',
		async (name, schema) => {
			const { api, credentials } = stack();
			const { page } = editor;
			const { id } = putSchemaBlock(schema, `${name}Block`).block;
			const blockId = rl(id);
			const parameters = { resource: 'block', operation: 'run', blockId };
			const workflow = await api.createWorkflow(
				chain(name, [
					{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
					{ name: 'Block', type: AUTOGPT_NODE, parameters, credentials },
				]),
			);
			await editor.openWorkflow(workflow.id);
			await editor.openNode('Block');
			const form = page.getByTestId('resource-mapper-container');
			await form.locator('.parameter-item').first().waitFor();
			await screenshot(page, join(hostRoot, 'e2e', 'inputsGallery', `${name}.png`));
			expect({ cut: await cutLabels(page), red: await redMarks(page) }).toEqual({
				cut: [],
				red: [],
			});
		},
	);
});
