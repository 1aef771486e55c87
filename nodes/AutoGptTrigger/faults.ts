import { PlatformError } from '../../client/errors/platformError';

/** Statuses that are about the credential or its account, whatever was asked for. */
const OF_THE_CREDENTIAL = [401, 402, 403, 407, 429];

/**
 * Whether every other request would meet the same: the credential was refused, something else
 * answers at the address, or n8n could not send at all. Anything else may be the matter of one run,
 * which must not hold up the others.
 */
export function hitsAll({ httpCode, outcome }: PlatformError): boolean {
	if (httpCode === null) return outcome === 'refused';
	const status = Number(httpCode);
	return OF_THE_CREDENTIAL.includes(status) || (status >= 300 && status < 400);
}

/**
 * For `promise.catch()`: takes what may be the matter of one request as an answer of its own, and
 * lets all else pass.
 */
export function acceptFault(
	isOfAll: (fault: PlatformError) => boolean = hitsAll,
): (error: unknown) => PlatformError {
	return (error) => {
		if (error instanceof PlatformError && !isOfAll(error)) return error;
		throw error;
	};
}
