import { endpoints } from '../contract/endpoints';
import { explainForbidden, ownersOnlyHint } from './forbidden';
import { listIssues, readRefusal, type Refusal } from './refusal';
import type { HttpResponse } from '../contract/response';
import type { CallFacts, Explanation } from './callFacts';
import { explainIntermediary, isFromAutoGpt, mayHaveArrived } from './intermediaries';
import { PASSES, type PlatformFault } from './platformError';
import { explainRedirect } from './redirects';
import { isUnknownPath, unknownOperation, wrongAddress } from './unreadable';
import { credentialWord, quotation, renewal, sentences, subject } from './words';

/** All that AutoGPT says of a path that it does not know; of an object it says which. */
const NO_OBJECT = 'Not Found';

/**
 * Whether this is the 429 of a server that has not looked at the credential yet, since too many
 * wrong ones came from the same address: alone it comes without `X-RateLimit-*`
 * (contract: behaviour.md section 6).
 */
export function isUncheckedLimit({ status, headers, body }: HttpResponse): boolean {
	if (status !== 429 || headers['retry-after'] === undefined) return false;
	const isAnnounced = Object.keys(headers).some((name) => name.startsWith('x-ratelimit-'));
	return !isAnnounced && readRefusal(body).code === 'rate_limit_exceeded';
}

function waitOf({ retryAfterMs }: CallFacts): string {
	return retryAfterMs === undefined ? 'a minute' : `${Math.ceil(retryAfterMs / 1000)} seconds`;
}

function explainRateLimit(facts: CallFacts, answer: HttpResponse): Explanation {
	const { retryAfterMs } = facts;
	const failure = {
		cause: 'rate-limited' as const,
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
	if (isUncheckedLimit(answer)) {
		return {
			message: `AutoGPT takes no more requests from this address for now. Possibly the ${credentialWord(facts)} is wrong`,
			description: `Too many requests with a wrong credential came from the address of this n8n, so AutoGPT does not even look at this one for ${waitOf(facts)}. Check the credential of this node, and others that use AutoGPT from here; then try again.`,
			failure,
		};
	}
	return {
		message: `AutoGPT's rate limit is used up. It allows more in ${waitOf(facts)}`,
		description:
			'All API keys, workflows and apps of the account share the limit: 200 requests and 60 run starts a minute. Run fewer things at the same time, poll less often, or turn on Retry On Fail.',
		failure,
	};
}

function explainServerFault(facts: CallFacts, answer: HttpResponse, said: string): Explanation {
	const isRead = facts.endpoint.method === 'GET';
	return {
		message: `AutoGPT could not carry out the request (status ${answer.status})`,
		description: [
			said,
			isRead
				? 'Try again later; on a self-hosted AutoGPT look into the log of its server.'
				: 'It may have happened all the same: look in AutoGPT before you retry.',
		]
			.filter(Boolean)
			.join(' '),
		// n8n repeats what passes by itself; a write may have happened.
		...(isRead ? { failure: PASSES } : {}),
	};
}

function explainInvalid(refusal: Refusal): Explanation {
	const list = listIssues(refusal.issues);
	return {
		message: list ? `AutoGPT did not accept: ${list}` : 'AutoGPT did not accept the request',
		description: sentences(quotation(refusal.message), 'Correct the named fields.'),
	};
}

function explainConflict({ endpoint }: CallFacts, { message }: Refusal): Explanation {
	const isInLibrary = endpoint === endpoints.addMarketplaceAgentToLibrary;
	return {
		message: message ? `AutoGPT refused: ${message}` : 'AutoGPT refused (status 409)',
		description: isInLibrary
			? 'The agent is in your library already, in another organization of yours. Use a credential of that organization, or remove the agent there first.'
			: 'It conflicts with what is in AutoGPT already. Look there, and correct the settings of the node that the message names.',
	};
}

function explainTooLarge({ endpoint }: CallFacts, said: string): Explanation {
	switch (endpoint) {
		case endpoints.uploadSubmissionMedia:
			return {
				message: 'The picture or video is larger than AutoGPT takes',
				description: sentences(said, 'Nothing was stored. Use a file of 10 MB at most.'),
			};
		case endpoints.uploadFile:
			return {
				message: 'The file is larger than AutoGPT takes, or its storage is full',
				description: sentences(
					said,
					'Nothing was stored. Each AutoGPT server has its own limit for one file and for all files of an account: use a smaller file, or delete files with File > Delete.',
				),
			};
		default:
			return {
				message: 'AutoGPT refused the request, because it is too large (status 413)',
				description: sentences(
					said,
					'Nothing was done. Send less: for example upload large content as a file first, and pass on its file URI.',
				),
			};
	}
}

function explainStatus(facts: CallFacts, answer: HttpResponse, refusal: Refusal): Explanation {
	const said = quotation(refusal.message);
	switch (answer.status) {
		case 401:
			return {
				message: `AutoGPT did not accept the ${credentialWord(facts)}`,
				description: `It is wrong, was deleted, or belongs to another AutoGPT than ${facts.connection.baseUrl}. ${renewal(facts)}`,
				failure: { cause: 'credential-invalid' },
			};
		case 402:
			return {
				message: 'The AutoGPT account has no plan or no credits left',
				description: sentences(
					said,
					`Subscribe or top up at ${facts.connection.webUrl}/settings/billing.`,
				),
			};
		case 403:
			return explainForbidden(facts, refusal);
		case 404:
			return {
				message: `${subject(facts)} was not found`,
				description: [
					said || 'AutoGPT has none, or none that this credential may see.',
					'Check the ID, and that the credential belongs to the organization that owns it.',
					facts.path.agent_id
						? 'An agent is named by the ID it has in the library, not by its graph ID.'
						: '',
					ownersOnlyHint(facts),
				]
					.filter(Boolean)
					.join(' '),
				failure: { cause: 'configuration-invalid' },
			};
		case 405:
			return {
				message: 'This AutoGPT server does not know the request',
				description: sentences(said, 'It may be too old for this node. Update AutoGPT.'),
				failure: { cause: 'configuration-invalid' },
			};
		case 409:
			return explainConflict(facts, refusal);
		case 413:
			return explainTooLarge(facts, said);
		case 422:
			return explainInvalid(refusal);
		case 429:
			return explainRateLimit(facts, answer);
		default:
			if (answer.status >= 500) return explainServerFault(facts, answer, said);
			return {
				message: said
					? `AutoGPT refused: ${refusal.message}`
					: `AutoGPT refused (status ${answer.status})`,
				description: 'Correct the settings of the node that the message names.',
			};
	}
}

/**
 * Puts an answer outside 2xx into words: what happened, and what to do
 * (contract: behaviour.md section 5).
 */
export function explainResponse(facts: CallFacts, answer: HttpResponse): PlatformFault {
	const { status } = answer;
	if (status >= 300 && status < 400) {
		return { ...explainRedirect(facts, answer), status, outcome: 'refused', isElsewhere: true };
	}
	if (!isFromAutoGpt(answer)) {
		const outcome = mayHaveArrived(status) ? 'unknown' : 'refused';
		const explanation =
			status === 404
				? wrongAddress(facts, 'Nothing was found', answer)
				: explainIntermediary(facts, answer);
		return { ...explanation, status, outcome, isElsewhere: true };
	}
	const refusal = readRefusal(answer.body);
	const outcome = status >= 500 ? 'unknown' : 'refused';
	if (status === 404 && refusal.message === NO_OBJECT) {
		const server = isUnknownPath(answer) ? 'unknownPath' : 'unknownOperation';
		return { ...unknownOperation(facts), status, code: refusal.code, outcome, server };
	}
	return { ...explainStatus(facts, answer, refusal), status, code: refusal.code, outcome };
}
