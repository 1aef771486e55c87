const { TestEnvironment } = require('jest-environment-node');

/** The mutation, or the planted fault, that a test has found already. */
let found;

/** Skips the rest as soon as a test has found it: jest itself goes on to the end of each suite. */
module.exports = class MutationEnvironment extends TestEnvironment {
	handleTestEvent({ name, test }) {
		const mutation = process.env.__STRYKER_ACTIVE_MUTANT__ ?? process.env.PLANTED_FAULT;
		if (mutation === undefined) return;
		if (name === 'test_done' && test.errors.length > 0) found = mutation;
		if (name === 'test_start' && found === mutation) test.mode = 'skip';
	}
};
