import type { HttpResponse } from '../contract/response';
import { v1Endpoints, type V1EndpointName } from '../contract/v1/endpoints';
import type { CallFacts, Explanation } from '../errors/callFacts';
import { explainResponse } from '../errors/explain';
import { isFromAutoGpt } from '../errors/intermediaries';
import { PASSES, type PlatformFault } from '../errors/platformError';
import { readRefusal, sentence, type ValidationIssue } from '../errors/refusal';
import { isUnknownPath } from '../errors/unreadable';
import { sentences } from '../errors/words';
import { isObject, parseJson } from '../util/json';

/**
 * What a fault without a reason mostly comes from: API v1 answers so where the caller is to blame
 * (contract: v1.md section 3).
 */
const USUAL_CAUSES: Partial<Record<V1EndpointName, { message: string; advice: string }>> = {
	executeBlock: {
		message: 'The block failed, or its inputs do not fit',
		advice:
			'API v1 does not say which. Check the inputs. A block of fixed price is charged all the same. One that needs a credential cannot be run alone here: put it into an agent in AutoGPT, and use Graph > Run and Wait.',
	},
	createGraph: {
		message: 'AutoGPT did not store the graph. Mostly the graph itself is not valid',
		advice: 'API v1 does not say what is wrong with it: look at its blocks, links and inputs.',
	},
	getStoreAgent: {
		message: 'AutoGPT could not return this marketplace agent. Mostly there is none by this name',
		advice: 'Check the name of the creator and that of the agent.',
	},
	getStoreCreator: {
		message: 'AutoGPT could not return this creator. Mostly there is none by this name',
		advice: 'Check the name.',
	},
};

/** What a 422 complains of, without its texts: they repeat what was sent, secrets too. */
function placesOf(issues: ValidationIssue[]): string {
	return issues
		.map(({ loc, type }) => {
			const place = loc.filter((part) => part !== 'body').join('.');
			return place && type ? `${place} (${type})` : place || type;
		})
		.filter(Boolean)
		.join('; ');
}

/** What API v1 says, whichever of its shapes a refusal has; `` for a 422's list. */
function saidIn(body: unknown): string {
	const json = parseJson(body);
	const detail = isObject(json) ? json.detail : undefined;
	if (isObject(detail)) {
		return sentences(sentence(String(detail.message ?? '')), sentence(String(detail.hint ?? '')));
	}
	const [first] = Array.isArray(detail) ? (detail as unknown[]) : [detail];
	return typeof first === 'string' ? first : '';
}

function isStart(facts: CallFacts): boolean {
	return facts.endpoint === v1Endpoints.executeGraph;
}

function explainRefusal(facts: CallFacts, said: string): Explanation {
	if (isStart(facts)) {
		return {
			message: `AutoGPT refused to start the run: ${said}`,
			description:
				"Nothing was started. Check the graph's ID and version in the address of AutoGPT's builder, that the agent is in your library, and that the credentials it needs are stored in its blocks: API v1 takes none for a run.",
		};
	}
	return {
		message: said ? `AutoGPT refused: ${said}` : 'AutoGPT refused the request',
		description: 'Correct the settings of the node that the message names.',
	};
}

function explainLimit({ retryAfterMs }: CallFacts): Explanation {
	const wait =
		retryAfterMs === undefined ? 'a minute' : `${Math.ceil(retryAfterMs / 1000)} seconds`;
	return {
		message: `AutoGPT's rate limit is used up. It allows more in ${wait}`,
		description:
			'All workflows that use this API key share its limit. Run fewer things at the same time, poll less often, or turn on Retry On Fail.',
		failure: { cause: 'rate-limited', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
	};
}

function explainFault(facts: CallFacts, name: V1EndpointName, said: string): PlatformFault {
	const usual = USUAL_CAUSES[name];
	const isRead = facts.endpoint.method === 'GET';
	// A block has run to its end then, or was never begun.
	const isOver = name === 'executeBlock';
	return {
		message: usual?.message ?? 'AutoGPT could not carry out the request, and does not say why',
		description: sentences(
			said && `AutoGPT said: ${sentence(said)}`,
			usual?.advice ??
				(isRead
					? 'Try again later; on a self-hosted AutoGPT look into the log of its server.'
					: 'It may have happened all the same: look in AutoGPT before you retry.'),
		),
		status: 500,
		outcome: isOver ? 'refused' : 'unknown',
		...(isRead && !usual ? { failure: PASSES } : {}),
	};
}

/** Puts a response of API v1 outside 2xx into words (contract: v1.md section 3). */
export function explainV1(
	name: V1EndpointName,
	facts: CallFacts,
	answer: HttpResponse,
): PlatformFault {
	const { status } = answer;
	// What a proxy says, or where it leads to, is the same whatever is behind it.
	if (status < 400 || !isFromAutoGpt(answer)) return explainResponse(facts, answer);
	const said = saidIn(answer.body);
	const refused = { status, outcome: 'refused' } as const;
	if (isUnknownPath(answer)) {
		return {
			message: 'This AutoGPT serves an early form of the older API v1, without this operation',
			description: 'Update AutoGPT to use this. Nothing was done.',
			...refused,
			server: 'unknownPath',
			failure: { cause: 'configuration-invalid' },
		};
	}
	switch (status) {
		case 400:
		case 410:
		case 501:
			return { ...explainRefusal(facts, said), ...refused };
		case 422: {
			const places = placesOf(readRefusal(answer.body).issues);
			return {
				message: places
					? `AutoGPT did not accept: ${places}`
					: 'AutoGPT did not accept the request',
				description: 'Correct the named fields.',
				...refused,
			};
		}
		case 429:
			return { ...explainLimit(facts), ...refused };
		case 500:
			return explainFault(facts, name, said);
		case 503:
			if (!said) return explainResponse(facts, answer);
			return {
				message: `AutoGPT is not ready: ${said}`,
				description: 'Nothing was started. Try again in a minute.',
				...refused,
				failure: PASSES,
			};
		default:
			return explainResponse(facts, answer);
	}
}
