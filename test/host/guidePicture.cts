import { join } from 'node:path';
import type { Page } from 'playwright-core';

import { screenshot, type Clip } from './editor.cts';
import { hostRoot, repository } from './paths.cts';
import { until } from './until.cts';

const SETTLE_TIMEOUT_MS = 10_000;

/** Where the pictures of the guides go: into the guides with `npm run pictures`, else to be looked at. */
const folder = process.env.UPDATE_SCREENSHOTS
	? join(repository, 'docs', 'images')
	: join(hostRoot, 'e2e', 'pictures');

/** Some of n8n's tooltips stay until they are clicked away. */
const WITHOUT_TOOLTIPS =
	'[data-reka-popper-content-wrapper]:has([role="tooltip"]) { display: none !important; }';

/** Takes a picture for a guide, without tooltips: they would hide what is shown. */
export async function guidePicture(page: Page, name: string, clip?: Clip): Promise<void> {
	await page.mouse.move(0, 0);
	await page.addStyleTag({ content: WITHOUT_TOOLTIPS });
	await screenshot(page, join(folder, `${name}.png`), clip);
}

const PADDING = 32;
/** High enough for lines that lead below the lowest node. */
const VIEWPORT = { width: 1440, height: 1000 };
/** What n8n lays over the canvas. */
const WITHOUT_CONTROLS = `
	[data-reka-popper-content-wrapper], .vue-flow__panel, .vue-flow__minimap, [data-test-id="canvas-controls"],
	[data-test-id="canvas-build-manually-button"],
	[data-test-id="canvas-minimap"], [data-test-id="execute-workflow-button"],
	[data-test-id="node-creator-plus-button"], [class*="executionButtons"] { visibility: hidden !important; }
`;

/** Takes a picture of all nodes and notes of the workflow that is open. */
export async function canvasPicture(page: Page, name: string): Promise<void> {
	await page.setViewportSize(VIEWPORT);
	await page.addStyleTag({ content: WITHOUT_CONTROLS });
	await page.locator('body').press('1');
	const place = async () => {
		const boxes = await page
			.locator('.vue-flow__node, .vue-flow__edge')
			.evaluateAll((nodes) =>
				nodes
					.map((node) => node.getBoundingClientRect())
					.map(({ left, top, right, bottom }) => ({ left, top, right, bottom })),
			);
		return {
			left: Math.min(...boxes.map(({ left }) => left)),
			top: Math.min(...boxes.map(({ top }) => top)),
			right: Math.max(...boxes.map(({ right }) => right)),
			bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
		};
	};
	const { left, top, right, bottom } = await settled(place);
	const canvas = await page.locator('.vue-flow').boundingBox();
	if (!canvas) throw new Error('No workflow is open.');
	const lowest = Math.min(bottom + 2 * PADDING, canvas.y + canvas.height);
	await guidePicture(page, name, {
		x: left - PADDING,
		y: top - PADDING,
		// A plus may stand beside them.
		width: right - left + 3 * PADDING,
		// The names of the nodes stand below them.
		height: lowest - top + PADDING,
	});
}

/** Asks until the answer stays the same. */
async function settled<T>(ask: () => Promise<T>): Promise<T> {
	let before = '';
	return await until(SETTLE_TIMEOUT_MS, 'the canvas to settle', async () => {
		const now = await ask();
		const isSame = JSON.stringify(now) === before;
		before = JSON.stringify(now);
		return isSame ? now : undefined;
	});
}
