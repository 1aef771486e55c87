const { TestEnvironment } = require('jest-environment-node');

/** The mutation that a test has found already. */
let found;

/** Skips the rest as soon as a test has found a mutation: jest itself goes on to the end. */
module.exports = class MutationEnvironment extends TestEnvironment {
	handleTestEvent({ name, test }) {
		const mutation = process.env.__STRYKER_ACTIVE_MUTANT__;
		if (mutation === undefined) return;
		if (name === 'test_done' && test.errors.length > 0) found = mutation;
		if (name === 'test_start' && found === mutation) test.mode = 'skip';
	}
};
