/** The packed pack in the versions of n8n that AUTOGPT_N8N_VERSIONS names: see run.cts. */
module.exports = {
	...require('../e2e/jest.config.js'),
	roots: ['<rootDir>/test/versions'],
	testMatch: ['**/*.e2e.cts'],
	globalSetup: '<rootDir>/test/versions/setup.cts',
};
