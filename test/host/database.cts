import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ensureHost } from './install.cts';

const LARGEST_BYTES = 256 * 1024 * 1024;

/** Run by the Node that n8n's SQLite driver was built for. Prints every row of every table. */
const DUMP = `
const { Database, OPEN_READONLY } = require('sqlite3');
const db = new Database(process.argv[1], OPEN_READONLY);
const all = (sql) => new Promise((resolve, reject) =>
	db.all(sql, (error, rows) => (error ? reject(error) : resolve(rows))));
(async () => {
	const tables = await all("select name from sqlite_master where type = 'table'");
	for (const { name } of tables) {
		for (const row of await all('select * from "' + name + '"')) {
			console.log(JSON.stringify([name, row]));
		}
	}
})().catch((error) => { console.error(error); process.exit(1); });
`;

/** Every row that n8n's database holds now, one to a line: what one who can read it would find. */
export async function everythingStored(userFolder: string): Promise<string> {
	const { directory, node } = await ensureHost();
	const file = join(userFolder, '.n8n', 'database.sqlite');
	const options = { cwd: directory, maxBuffer: LARGEST_BYTES };
	const { stdout } = await promisify(execFile)(node, ['-e', DUMP, file], options);
	return stdout;
}
