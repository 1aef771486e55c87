import { listIssues, readRefusal, sentence, type Refusal } from './refusal';
import type { HttpResponse } from '../contract/response';
import type { CallFacts, Explanation } from './callFacts';
import { PASSES, type PlatformFault } from './platformError';
import { wrongAddress } from './unreadable';

/** The limit for requests that bring no valid credential (contract: behaviour.md section 6). */
const ANONYMOUS_LIMIT = 5;

const nouns: Record<string, string> = {
	agent_id: 'agent',
	run_id: 'run',
	graph_id: 'graph',
	schedule_id: 'schedule',
	file_id: 'file',
	folder_id: 'folder',
	credential_id: 'integration credential',
	version_id: 'submission or listing version',
	username: 'creator',
	agent_name: 'marketplace agent',
};

function keysPage({ connection }: CallFacts): string {
	return `${connection.webUrl}/settings/api-keys`;
}

function credentialWord({ connection }: CallFacts): string {
	return connection.credentialType === 'autoGptApi' ? 'API key' : 'connected account';
}

function renewal(facts: CallFacts): string {
	return facts.connection.credentialType === 'autoGptApi'
		? `Make a new API key at ${keysPage(facts)} and put it into the credential.`
		: 'Open the credential in n8n and connect the account again.';
}

function subject({ path }: CallFacts): string {
	const parts = Object.entries(path).map(([name, value]) => `${nouns[name] ?? name} '${value}'`);
	return parts.length > 0 ? `The ${parts.join(', ')}` : 'What was asked for';
}

function permissions({ endpoint }: CallFacts): string {
	return endpoint.scopes.join(' and ');
}

function explainForbidden(facts: CallFacts, said: string): Explanation {
	const needed = permissions(facts);
	const renew =
		facts.connection.credentialType === 'autoGptApi'
			? `Permissions of a key cannot be changed: make a new API key that has them at ${keysPage(facts)}.`
			: 'Add them to the scopes of the credential, and connect the account again.';
	return {
		message: needed
			? `The ${credentialWord(facts)} may not do this. It needs the permission ${needed}`
			: `The ${credentialWord(facts)} may not do this`,
		description: [
			said,
			needed ? `Needed: ${needed}. ${renew}` : '',
			'If the permission is there, check the Team ID in the credential and your role in the organization.',
		]
			.filter(Boolean)
			.join(' '),
		failure: { cause: 'configuration-invalid' },
	};
}

/** Whether a 429 means that the credential itself was not accepted. */
export function isRefusedCredential(answer: Pick<HttpResponse, 'status' | 'headers'>): boolean {
	return answer.status === 429 && Number(answer.headers['x-ratelimit-limit']) === ANONYMOUS_LIMIT;
}

function explainRateLimit(facts: CallFacts, answer: HttpResponse): Explanation {
	if (isRefusedCredential(answer)) {
		return {
			message: `AutoGPT did not accept the ${credentialWord(facts)}`,
			description: `After a few calls with a wrong or expired credential AutoGPT answers none for a minute. ${renewal(facts)} Then wait a minute.`,
			failure: { cause: 'credential-invalid' },
		};
	}
	const { retryAfterMs } = facts;
	const wait =
		retryAfterMs === undefined ? 'a minute' : `${Math.ceil(retryAfterMs / 1000)} seconds`;
	return {
		message: `AutoGPT's rate limit is used up. It allows more in ${wait}`,
		description:
			'All API keys, workflows and apps of the account share the limit: 200 requests and 60 run starts a minute. Run fewer things at once, poll less often, or turn on Retry On Fail.',
		failure: { cause: 'rate-limited', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
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
				: 'It may have happened all the same: look in AutoGPT before you repeat it.',
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
		description: [sentence(refusal.message), 'Correct the named fields.'].filter(Boolean).join(' '),
	};
}

function explainStatus(facts: CallFacts, answer: HttpResponse, refusal: Refusal): Explanation {
	const said = sentence(refusal.message);
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
				description:
					`${said} Subscribe or top up at ${facts.connection.webUrl}/settings/billing.`.trim(),
			};
		case 403:
			return explainForbidden(facts, said);
		case 404:
			return {
				message: `${subject(facts)} was not found`,
				description: [
					said,
					'Check the ID, and that the credential belongs to the organization that owns it.',
					facts.path.agent_id
						? 'An agent is named by the ID it has in the library, not by its graph ID.'
						: '',
				]
					.filter(Boolean)
					.join(' '),
				failure: { cause: 'configuration-invalid' },
			};
		case 405:
			return {
				message: 'This AutoGPT server does not know the request',
				description: 'It may be too old for this node. Update AutoGPT.',
				failure: { cause: 'configuration-invalid' },
			};
		case 413:
			return {
				message: 'The file is larger than AutoGPT takes, or its storage is full',
				description:
					`${said} Nothing was stored. Each AutoGPT server has its own limit for one file and for all files of an account: use a smaller file, or delete files with File > Delete.`.trim(),
			};
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
	const refusal = readRefusal(answer.body);
	const outcome = status >= 500 ? 'unknown' : 'refused';
	if (status >= 300 && status < 400) {
		return { ...wrongAddress(facts, 'A redirect came back'), status, outcome };
	}
	const unknownPath = status === 404 && !refusal.isEnvelope && !refusal.message;
	if (unknownPath) return { ...wrongAddress(facts, 'Nothing was found'), status, outcome };
	return { ...explainStatus(facts, answer, refusal), status, code: refusal.code, outcome };
}
