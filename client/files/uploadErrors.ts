import { permissionWords } from '../contract/permissions';
import { PASSES, type PlatformError, type PlatformFault } from '../errors/platformError';

type Words = Pick<PlatformFault, 'message' | 'description'>;

function wordsFor(reason: PlatformError, name: string): Words {
	const { message, status } = reason;
	const description = reason.description ?? '';
	switch (status) {
		case 400:
			return {
				message: `${message} (file '${name}')`,
				description:
					'AutoGPT scans each file for viruses and takes none that is infected. Nothing was stored. If the file is clean, pack or save it differently, or ask who runs AutoGPT to look into its scanner.',
			};
		case 409:
			return {
				message: `A file named '${name}' exists in AutoGPT`,
				description:
					"Choose 'Replace' or 'Rename' under 'If File Exists', or enter another name for the file.",
			};
		case 413:
			return {
				message: `File '${name}' is larger than AutoGPT takes, or its storage is full`,
				description,
			};
		case 429:
			if (reason.failure?.cause !== 'rate-limited') return { message, description };
			return {
				message: `File '${name}' was not uploaded. ${message}`,
				description:
					'AutoGPT takes 20 uploads in five minutes from an account, over all its keys and workflows. Nothing was stored: upload fewer files at the same time with Loop Over Items and Wait, or turn on Retry On Fail.',
			};
		default:
			return { message, description };
	}
}

/** Puts the refusal of an upload into words that name the file and what to change. */
export function refusedUpload(reason: PlatformError, name: string): PlatformFault {
	const { status, code, outcome, failure } = reason;
	return { ...wordsFor(reason, name), status, code, outcome, failure };
}

/**
 * Puts an upload into words that AutoGPT did not confirm (contract: behaviour.md section 12: it is
 * not idempotent).
 *
 * @param checked what came of looking for the file afterwards
 */
export function unconfirmedUpload(
	reason: PlatformError,
	name: string,
	checked: 'missing' | 'unreadable',
): PlatformFault {
	const { message, status, code } = reason;
	const isFault = status !== undefined && status >= 500;
	// Of AutoGPT's own answers this one comes when the file is not kept; a proxy's proves nothing.
	const isNot = checked === 'missing' && isFault && Boolean(code);
	const advice = isNot
		? 'It is not among the files of the account, so it can be uploaded again. AutoGPT answers like this when its virus scanner or its storage is down: wait some minutes; on a self-hosted AutoGPT look into the log of its server, and check that the scanner (ClamAV) runs.'
		: checked === 'missing'
			? 'It was not among the files of the account right afterwards, but may still come. Look with File > Get Many before you upload it again.'
			: `Look into the files of AutoGPT before you upload it again. With the permission ${permissionWords('READ_FILES')} the node does so itself.`;
	return {
		message: isNot
			? `File '${name}' was not stored. ${message}`
			: `Whether file '${name}' was stored is not certain. ${message}`,
		description: isFault ? advice : `${advice} ${reason.description ?? ''}`.trim(),
		...{ status, code },
		outcome: isNot ? 'refused' : 'unknown',
		...(isNot ? { failure: PASSES } : {}),
	};
}
