import { ensureHost } from '../host/install.cts';
import { buildPack } from '../host/pack.cts';
import { chosenVersions } from './chosen.cts';

/** Once for all versions: each is installed, and the pack is built and packed. */
export default async function setup(): Promise<void> {
	for (const version of chosenVersions()) {
		await ensureHost({ version, onProgress: (line) => process.stderr.write(`${line}\n`) });
	}
	process.env.AUTOGPT_PACK_TARBALL ??= await buildPack();
}
