import type { Answer } from './oddAnswers.cts';

/** Who or what is to blame for a request that failed, as a person would judge by the answer. */
export type Culprit =
	/** AutoGPT itself refused, or failed. */
	| 'AutoGPT'
	/** A proxy, firewall, gateway or login page answered in its place. */
	| 'between'
	/** What is at the Base URL is not the API: it redirects, or has pages. */
	| 'address'
	/** AutoGPT is at another address, which is known. */
	| 'moved'
	/** The way to it: nothing came, or not all of it. */
	| 'connection'
	/** A good answer came, but it is not what the contract promises. */
	| 'server';

/** How a message with its description names each. */
const NAMED: Readonly<Record<Culprit, RegExp>> = {
	AutoGPT:
		/(?<!between n8n and )AutoGPT (said|refused|did not|could not carry|found nothing|has none|does not|takes no more)\b|\bAutoGPT's rate limit\b|\bAutoGPT account has no plan\b|\bThis AutoGPT\b|\blarger than AutoGPT takes\b/,
	between: /^(?:.*[ .] ?)?Something between n8n and AutoGPT (answered|refused)/s,
	address: /so this is not the address of the AutoGPT API|No AutoGPT API was found at/,
	moved: /AutoGPT is not at \S+ but at https:\/\/moved\.example\/external-api\/v[12]\b/,
	connection: /AutoGPT could not be reached at |The response of AutoGPT at \S+ broke off/,
	server: /AutoGPT's response lacks .*(server may be too old|between n8n and AutoGPT)/s,
};

/** What tells the user what to do. */
const ADVICE =
	/\b(Add|Ask|Change|Check|Choose|Correct|Give|Look|Make|Open|Put|Renew|Run fewer|Send|Subscribe|Try|Turn|Update|Use|add|ask|check|correct|execute the node|look|make|put|test|try|update|use|wait)\b/;

/** What no text may have that names another one. */
const EXCLUDES: Readonly<Record<Culprit, readonly Culprit[]>> = {
	AutoGPT: ['between', 'address', 'moved', 'connection', 'server'],
	between: ['AutoGPT', 'moved', 'connection', 'server'],
	address: ['AutoGPT', 'between', 'moved', 'connection', 'server'],
	moved: ['AutoGPT', 'between', 'address', 'connection', 'server'],
	connection: ['AutoGPT', 'between', 'address', 'moved', 'server'],
	server: ['address', 'moved', 'connection'],
};

/** Statuses of responses that have no body. */
const BODILESS = [204, 205, 304];

function parsed(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return undefined;
	}
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a refusal has the envelope of API v2 or the `detail` of older servers. */
function isEnvelope(body: string): boolean {
	// So says the web server of AutoGPT when AutoGPT itself falls over.
	if (body === 'Internal Server Error') return true;
	const json = parsed(body);
	if (!isFields(json)) return false;
	return isFields(json.error) ? typeof json.error.code === 'string' : 'detail' in json;
}

/** What a request is answered with where all is well. */
export type Wanted = 'JSON' | 'nothing' | 'bytes';

/**
 * Who is to blame where a request met this answer; several where the answer leaves that open, and
 * none where it may be a good one.
 */
export function culpritsOf(answer: Answer, wanted: Wanted): readonly Culprit[] {
	const { status, course, headers, body } = answer;
	const halfCome: Culprit[] = ['connection', 'between', 'address', 'moved'];
	switch (course) {
		case 'silent':
		case 'dropped':
		case 'garbage':
			return ['connection'];
		case 'dripping':
			// Of a refusal there is its status.
			return status >= 300 ? halfCome : ['connection'];
		case 'cut':
			return halfCome;
		default:
			break;
	}
	const isPacked = ['gzip', 'br'].includes(headers['Content-Encoding'] ?? '') && body !== '';
	// It says that it is packed, and is not.
	if (isPacked && !BODILESS.includes(status)) return halfCome;
	if (status < 300) {
		if (wanted === 'nothing' && BODILESS.includes(status)) return [];
		const come = BODILESS.includes(status) ? '' : body;
		const json = parsed(come);
		const isError = isFields(json) && ('error' in json || 'detail' in json);
		if (wanted === 'nothing' && json !== undefined && !isError) return [];
		if (json === undefined || json === '') {
			return /^\s*[[{]/.test(come) ? ['connection'] : ['address'];
		}
		return ['server'];
	}
	if (status < 400) {
		return headers.Location?.startsWith('https://moved.example') ? ['moved'] : ['address'];
	}
	if (isEnvelope(body)) return isUnknownPath(answer) ? ['AutoGPT', 'address'] : ['AutoGPT'];
	return status === 404 ? ['address'] : ['between'];
}

/**
 * Whether a request may end well with this answer. Bytes are passed on as they come, and so are
 * redirects to where a file is.
 */
export function mayBeGood(answer: Answer, wanted: Wanted): boolean {
	const hasCome = !['silent', 'dropped', 'garbage'].includes(answer.course);
	if (wanted === 'bytes' && hasCome && answer.status < 400) return true;
	const culprits = culpritsOf(answer, wanted);
	return culprits.length === 0 || culprits.includes('server');
}

/** Whether a path is unknown to AutoGPT, or nothing at it is AutoGPT. */
export function isUnknownPath({ status, body, course }: Answer): boolean {
	return course === 'whole' && status === 404 && body === '{"detail":"Not Found"}';
}

/** What is wrong with a text that is to name the culprit; undefined where nothing is. */
export function misnamed(
	culprits: readonly Culprit[],
	{ message, description }: { message: string; description: string },
): string | undefined {
	const text = `${message}. ${description}`;
	const named = culprits.find((one) => NAMED[one].test(text));
	if (named === undefined) return `it does not name ${culprits.join(' or ')}`;
	const other = EXCLUDES[named].find((one) => !culprits.includes(one) && NAMED[one].test(text));
	if (other !== undefined) return `it names ${other}, not only ${named}`;
	return ADVICE.test(description) ? undefined : 'it does not say what to do';
}

/** What AutoGPT said in its refusal, where it said anything that a person can read. */
export function saidIn({ status, body }: Answer): string | undefined {
	// Of these nobody needs more than the status: all that AutoGPT says is in our own words then.
	if (status === 401 || status === 404 || status === 429) return undefined;
	const json = parsed(body);
	if (!isFields(json)) return undefined;
	const said = isFields(json.error) ? json.error.message : json.detail;
	return typeof said === 'string' && /^[\w :().]{3,200}$/.test(said) ? said : undefined;
}
