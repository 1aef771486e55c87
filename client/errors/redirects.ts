import type { HttpResponse } from '../contract/response';
import type { CallFacts, Explanation } from './callFacts';
import { wrongAddress } from './unreadable';
import { readUrl } from '../util/url';

/** Where a redirect leads; undefined when it says nothing that can be read. */
function targetOf({ headers }: HttpResponse, baseUrl: string): URL | undefined {
	const { location } = headers;
	return typeof location === 'string' ? readUrl(location, baseUrl) : undefined;
}

/** The Base URL that a redirect asks for, when it leads to the same API at another address. */
function movedTo(target: URL, { connection }: CallFacts): string | undefined {
	const { pathname } = new URL(connection.baseUrl);
	const isApi = /\/external-api\/v[12]\//.test(target.pathname);
	if (!isApi || !/^https?:$/.test(target.protocol)) return undefined;
	const isUpgrade = target.pathname.startsWith(`${pathname}/`);
	const moved = target.origin + pathname;
	return isUpgrade && moved !== connection.baseUrl ? moved : undefined;
}

/** Whether a redirect leads to the same API at another address, as from `http` to `https`. */
export function isMove(facts: CallFacts, response: HttpResponse): boolean {
	if (response.status < 300 || response.status >= 400) return false;
	const target = targetOf(response, facts.connection.baseUrl);
	return target !== undefined && movedTo(target, facts) !== undefined;
}

/**
 * Puts a redirect into words. It is never followed, since the key would travel on; only its host and
 * path are shown, since its query may hold secrets.
 */
export function explainRedirect(facts: CallFacts, response: HttpResponse): Explanation {
	const { baseUrl } = facts.connection;
	const target = targetOf(response, baseUrl);
	if (!target) {
		return wrongAddress(facts, 'A redirect to an address that cannot be read came back', response);
	}
	const newBaseUrl = movedTo(target, facts);
	if (newBaseUrl === undefined) {
		const place = target.origin === 'null' ? target.protocol : target.origin + target.pathname;
		return wrongAddress(
			facts,
			`A redirect to ${place}, such as to a login page, came back`,
			response,
		);
	}
	return {
		message: `AutoGPT is not at ${baseUrl} but at ${newBaseUrl}`,
		description: `Something at the first address redirects there. Change the 'Base URL' of the credential to ${newBaseUrl}`,
		failure: { cause: 'configuration-invalid' },
	};
}
