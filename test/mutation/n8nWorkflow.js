// As n8n-workflow finds it; its timers are those of the test, which may be faked.
const { sleep } = require('@n8n/utils/sleep');

/** Stands in for n8n-workflow: what the environment has loaded already. */
module.exports = { ...globalThis.n8nWorkflow, sleep };
