const { join } = require('node:path');

/**
 * The integration tests with the engine and the contexts of another n8n, which
 * `npm run host:install` has installed into the folder that AUTOGPT_N8N names.
 */
const modules = join(process.env.AUTOGPT_N8N ?? '', 'node_modules');

module.exports = {
	...require('../../jest.config.js'),
	rootDir: '../..',
	moduleNameMapper: {
		'^n8n-(core|workflow)$': `${modules}/n8n-$1`,
		'^n8n-(core|workflow)/(.*)$': `${modules}/n8n-$1/$2`,
	},
};
