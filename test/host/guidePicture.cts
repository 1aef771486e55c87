import { join } from 'node:path';
import type { Page } from 'playwright-core';

import { screenshot } from './editor.cts';
import { hostRoot, repository } from './paths.cts';

/** Where the pictures of the guides go: into the guides with `npm run pictures`, else to be looked at. */
const folder = process.env.UPDATE_SCREENSHOTS
	? join(repository, 'docs', 'images')
	: join(hostRoot, 'e2e', 'pictures');

/** Some of n8n's tooltips stay until they are clicked away. */
const WITHOUT_TOOLTIPS =
	'[data-reka-popper-content-wrapper]:has([role="tooltip"]) { display: none !important; }';

/** Takes a picture for a guide, without tooltips: they would hide what is shown. */
export async function guidePicture(page: Page, name: string): Promise<void> {
	await page.mouse.move(0, 0);
	await page.addStyleTag({ content: WITHOUT_TOOLTIPS });
	await screenshot(page, join(folder, `${name}.png`));
}
