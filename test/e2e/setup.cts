import { ensureHost } from '../host/install.cts';
import { buildPack } from '../host/pack.cts';

/** Where the specs find the packed pack. Set it to a tarball to test that one. */
const TARBALL = 'AUTOGPT_PACK_TARBALL';

/** Once for all specs: n8n is installed and the pack is built and packed. */
export default async function setup(): Promise<void> {
	await ensureHost({ onProgress: (line) => process.stdout.write(`${line}\n`) });
	process.env[TARBALL] ??= await buildPack();
}
