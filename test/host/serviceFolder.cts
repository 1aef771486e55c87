import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for a server of the tests; goes with this process, if not before. */
export interface ServiceFolder {
	path: string;
	remove(): void;
}

/** Makes an empty folder under the system's folder for temporary files. */
export function makeServiceFolder(service: string): ServiceFolder {
	const path = mkdtempSync(join(tmpdir(), `n8n-nodes-autogpt-${service}-`));
	const remove = () => {
		process.off('exit', remove);
		rmSync(path, { recursive: true, force: true });
	};
	process.once('exit', remove);
	return { path, remove };
}
