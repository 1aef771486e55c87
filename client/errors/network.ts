import { BROKEN_OFF, codeOfLostCause } from '../compat/lostCause';
import { isOwnHost } from '../connection/baseUrl';
import { certificateFault } from './certificates';
import { CONFIGURATION, PASSES, type PlatformFault } from './platformError';
import type { CallFacts } from './callFacts';
import { brokenOff } from './unreadable';

const networkCauses: Record<string, string> = {
	ECONNREFUSED: 'nothing listens there',
	ENOTFOUND: 'its host name is not known',
	EAI_AGAIN: 'its host name could not be looked up',
	EHOSTUNREACH: 'the host cannot be reached',
	ENETUNREACH: 'the network cannot be reached',
	ECONNRESET: 'the connection was cut',
	EPIPE: 'the connection was cut',
	[BROKEN_OFF]: 'the response broke off',
	ETIMEDOUT: 'it did not answer in time',
	ECONNABORTED: 'it did not answer in time',
	// Ended by a time limit of ours: what Stop ends is not put into words.
	ERR_CANCELED: 'it did not answer in time',
	EPROTO: 'it does not speak https',
};

/** Network failures in which the request certainly never arrived. */
const NEVER_SENT: readonly string[] = [
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
];

/** Whether a network failure proves that the server never saw the request. */
export function wasNeverSent(networkCode: string): boolean {
	return NEVER_SENT.includes(networkCode) || needsRepair(networkCode);
}

/** Whether the same would happen again until somebody changes a setting or a certificate. */
export function needsRepair(networkCode: string): boolean {
	return networkCode === 'EPROTO' || certificateFault(networkCode) !== undefined;
}

/** What the parser of Node.js says of bytes that are no HTTP. */
function isNoHttp(networkCode: string): boolean {
	return networkCode.startsWith('HPE_');
}

/** Why a request got no answer, as the end of a sentence; undefined for an unknown code. */
export function knownReason(networkCode: string): string | undefined {
	if (isNoHttp(networkCode)) return 'what answers there does not speak http';
	// Of zlib: the response says that it is compressed, and is not.
	if (networkCode.startsWith('Z_')) return 'the response could not be decompressed';
	return certificateFault(networkCode)?.reason ?? networkCauses[networkCode];
}

/** The network's or n8n's own code of a request that got no answer; `` without one. */
export function networkCode(error: unknown): string {
	for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
		if ('code' in cause && typeof cause.code === 'string') return cause.code;
	}
	return codeOfLostCause(error);
}

/** Why a request got no answer, as the end of a sentence. */
export function networkReason(error: unknown): string {
	const known = knownReason(networkCode(error));
	return known ?? (error instanceof Error ? error.message : 'the connection failed');
}

/**
 * What to look at when nothing answers at an address.
 *
 * @param baseUrl the address of the API, as the credential's Base URL was understood
 */
export function reachAdvice(baseUrl: string, code: string): string {
	const { hostname, host } = new URL(baseUrl);
	const certificate = certificateFault(code);
	if (certificate) return certificate.advice;
	return [
		"Check that AutoGPT runs, that the credential's 'Base URL' is right, and that n8n may reach it through firewalls and proxies.",
		isOwnHost(hostname)
			? `Where n8n runs in Docker, ${hostname} is n8n's own container: use host.docker.internal, or the name of AutoGPT's service or container.`
			: '',
		code === 'EPROTO' ? `If AutoGPT is served without TLS, begin with http://${host}.` : '',
		isNoHttp(code) && baseUrl.startsWith('http:')
			? `If AutoGPT is served with TLS, begin with https://${host}.`
			: '',
	]
		.filter(Boolean)
		.join(' ');
}

/** Puts a call without an answer into words. */
export function explainSilence(facts: CallFacts, networkCode: string): PlatformFault {
	if (networkCode === BROKEN_OFF) return { ...brokenOff(facts), outcome: 'unknown' };
	const never = wasNeverSent(networkCode);
	const isRead = facts.endpoint.method === 'GET';
	const passing = never || isRead ? PASSES : undefined;
	const failure = needsRepair(networkCode) ? CONFIGURATION : passing;
	return {
		message: `AutoGPT could not be reached at ${facts.connection.baseUrl}: ${knownReason(networkCode) ?? 'the connection failed'}`,
		description: [
			reachAdvice(facts.connection.baseUrl, networkCode),
			never || isRead ? '' : 'The request may have arrived: look in AutoGPT before you retry.',
		]
			.filter(Boolean)
			.join(' '),
		outcome: never ? 'refused' : 'unknown',
		...(failure ? { failure } : {}),
	};
}
