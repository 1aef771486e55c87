/** The pack in a real n8n, installed from its packed tarball. One n8n at a time: `--runInBand`. */
module.exports = {
	testEnvironment: 'node',
	rootDir: '../..',
	roots: ['<rootDir>/test/e2e'],
	testMatch: ['**/*.e2e.cts'],
	moduleFileExtensions: ['ts', 'cts', 'js', 'cjs', 'mjs', 'json', 'node'],
	transform: { '^.+\\.c?ts$': '@swc/jest' },
	globalSetup: '<rootDir>/test/e2e/setup.cts',
	maxWorkers: 1,
	testTimeout: 180_000,
};
