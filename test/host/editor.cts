import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, selectors, type Browser, type Locator, type Page } from 'playwright-core';
import { HostError } from './command.cts';
import type { N8n } from './n8n.cts';
import { OWNER } from './session.cts';

/** n8n's editor in a browser, logged in as the owner. */
export interface Editor {
	page: Page;
	/** Goes to a page of n8n, and waits until it shows the element with this test ID. */
	goTo(path: string, testId: string): Promise<void>;
	openWorkflow(id: string): Promise<void>;
	/** Types into the open nodes panel, and adds the node of this name by clicks. */
	addNode(typed: string, name: string): Promise<void>;
	/** Opens a node's panel, with its parameters and its data. */
	openNode(name: string): Promise<void>;
	closeNode(): Promise<void>;
	close(): Promise<void>;
}

const FLAGS = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const VIEWPORT = { width: 1440, height: 900 };
const TIMEOUT_MS = 30_000;
/** A page of the editor is some ten megabytes of scripts, which a busy machine takes its time for. */
const PAGE_TIMEOUT_MS = 60_000;
const SETTLE_TIMEOUT_MS = 2_000;

/** What n8n lays over the canvas and nothing here is about. */
const NOISE = `
	.el-notification, [data-test-id='banner-stack'], [data-test-id='ask-assistant-floating-button'],
	#ask-assistant-floating-button, [data-test-id='whats-new'] { display: none !important; }
	*, *::before, *::after { transition: none !important; animation: none !important; }
`;

/** Opens n8n's editor in Chromium. */
export async function openEditor(n8n: Pick<N8n, 'url'>): Promise<Editor> {
	const executablePath = findChromium();
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath, args: FLAGS });
	try {
		const page = await logIn(browser, n8n.url);
		const goTo = async (path: string, testId: string) => {
			await page.goto(path, { waitUntil: 'commit' });
			await page.getByTestId(testId).first().waitFor({ timeout: PAGE_TIMEOUT_MS });
		};
		return {
			page,
			goTo,
			openWorkflow: async (id) => await goTo(`/workflow/${id}`, 'canvas-node'),
			addNode: async (typed, name) => {
				await page.getByTestId('node-creator-search-bar').fill(typed);
				await panelEntry(page, name).click();
				// n8n shows the details of a community node first.
				await page.getByRole('button', { name: 'Add to workflow' }).click();
				await page.getByTestId('ndv').waitFor();
			},
			openNode: async (name) => {
				await page.locator(`[data-test-id='canvas-node'][data-node-name="${name}"]`).dblclick();
				await page.getByTestId('ndv').waitFor();
			},
			closeNode: async () => {
				await page.keyboard.press('Escape');
				await page.getByTestId('ndv').waitFor({ state: 'hidden' });
			},
			close: async () => await browser.close(),
		};
	} catch (error) {
		await browser.close();
		throw error;
	}
}

/** A node in the list of the nodes panel. */
export function panelEntry(page: Page, name: string): Locator {
	const names = page.getByTestId('node-creator-item-name');
	return names.filter({ hasText: new RegExp(`^\\s*${name}\\s*$`) });
}

/** A part of a page. */
export type Clip = NonNullable<NonNullable<Parameters<Page['screenshot']>[0]>['clip']>;

/** Saves what the page shows, or a part of it, once it has settled. */
export async function screenshot(page: Page, file: string, clip?: Clip): Promise<void> {
	await page.waitForLoadState('networkidle', { timeout: SETTLE_TIMEOUT_MS }).catch(() => {});
	await page.screenshot({ path: file, clip });
}

async function logIn(browser: Browser, url: string): Promise<Page> {
	const context = await browser.newContext({ viewport: VIEWPORT, baseURL: url, locale: 'en-US' });
	context.setDefaultTimeout(TIMEOUT_MS);
	await context.addInitScript((css) => {
		const style = document.createElement('style');
		style.textContent = css;
		document.addEventListener('DOMContentLoaded', () => document.head.append(style));
	}, NOISE);
	const { email, password } = OWNER;
	const data = { emailOrLdapLoginId: email, password };
	const answer = await context.request.post('/rest/login', { data });
	if (!answer.ok()) throw new HostError(`The editor's login answered ${answer.status()}.`);
	const page = await context.newPage();
	page.setDefaultTimeout(TIMEOUT_MS);
	return page;
}

function findChromium(): string {
	const chosen = process.env.CHROMIUM_PATH;
	const folders = (process.env.PATH ?? '').split(delimiter);
	const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	const candidates = chosen ? [chosen] : ['/usr/bin/chromium', ...onPath];
	const found = candidates.find(isExecutable);
	if (found) return found;
	throw new HostError(
		'No Chromium was found. Install it (Debian: apt-get install chromium), ' +
			'or name its program in CHROMIUM_PATH.',
	);
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
