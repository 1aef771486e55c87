/** Tests run from the TypeScript sources; types are checked by `npm run typecheck`. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['<rootDir>/test/{unit,emulator,integration}/**/*.test.{ts,cts}'],
	moduleFileExtensions: ['ts', 'cts', 'js', 'cjs', 'mjs', 'json', 'node'],
	transform: { '^.+\\.c?ts$': '@swc/jest' },
	setupFiles: ['reflect-metadata', '<rootDir>/test/harness/userFolder.cts'],
	testTimeout: 30_000,
};
