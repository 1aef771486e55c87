import js from '@eslint/js';
import tseslint from 'typescript-eslint';

import architecture from './architecture.lint.mjs';

/**
 * For the tools and tests that need Node itself (a server, a child process, timers).
 * n8n's own rules forbid those to a node, so they apply to everything but these `.cts` files.
 */
export default tseslint.config(...architecture, {
	files: ['**/*.cts'],
	extends: [js.configs.recommended, tseslint.configs.recommended],
});
