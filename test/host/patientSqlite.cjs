const Module = require('node:module');

/** SQLite's own second is too short on a busy machine: n8n then fails the execution. */
const BUSY_TIMEOUT_MS = 60_000;

const load = Module._load;

/**
 * Loaded into n8n's processes before n8n: lets each wait for the others at their common database.
 * n8n means queue mode for Postgres, where this is no question, and has no setting for it.
 */
Module._load = function (request, ...rest) {
	const loaded = load.call(this, request, ...rest);
	if (request !== 'sqlite3') return loaded;
	Module._load = load;
	const { Database } = loaded;
	loaded.Database = class extends Database {
		constructor(...options) {
			super(...options);
			this.configure('busyTimeout', BUSY_TIMEOUT_MS);
		}
	};
	return loaded;
};
