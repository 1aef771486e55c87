const { TestEnvironment } = require('jest-environment-node');

/** What JavaScript itself throws. */
const NATIVE_ERRORS = ['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];

/** The mutation, or the planted fault, that a test has found already. */
let found;

/** Skips the rest as soon as a test has found it: jest itself goes on to the end of each suite. */
module.exports = class MutationEnvironment extends TestEnvironment {
	constructor(...given) {
		super(...given);
		// Loaded once for all mutants: most of the time would go into loading it (see n8nWorkflow.js).
		Object.defineProperty(this.global, 'n8nWorkflow', { get: () => require('n8n-workflow') });
		// Its errors are no others than those of the tests, …
		this.global.Error = Error;
		// … whose own ones are errors all the same.
		for (const name of NATIVE_ERRORS) {
			Object.setPrototypeOf(this.global[name].prototype, Error.prototype);
		}
	}

	handleTestEvent({ name, test }) {
		const mutation = process.env.__STRYKER_ACTIVE_MUTANT__ ?? process.env.PLANTED_FAULT;
		if (mutation === undefined) return;
		if (name === 'test_done' && test.errors.length > 0) found = mutation;
		if (name === 'test_start' && found === mutation) test.mode = 'skip';
	}
};
