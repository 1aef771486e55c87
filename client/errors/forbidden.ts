import { endpoints, type Endpoint } from '../contract/endpoints';
import { PERMISSIONS, permissionWords } from '../contract/permissions';
import type { CallFacts, Explanation } from './callFacts';
import { sentence, type Refusal } from './refusal';
import { credentialWord, keysPage, quotation, sentences, subject } from './words';

/** What only the owner of a run or graph may do (contract: behaviour.md section 3). */
const OWNERS_ONLY: ReadonlyArray<readonly [Endpoint, string]> = [
	[endpoints.stopRun, 'stop it'],
	[endpoints.deleteRun, 'delete it'],
	[endpoints.shareRun, 'share it'],
	[endpoints.unshareRun, 'stop sharing it'],
	[endpoints.submitReviews, 'answer its reviews'],
	[endpoints.updateGraph, 'save a new version of it'],
	[endpoints.setActiveGraphVersion, 'choose its active version'],
];

function ownersDeed(endpoint: Endpoint): string | undefined {
	return OWNERS_ONLY.find(([one]) => one === endpoint)?.[1];
}

const PERMISSION = /\b(?:IDENTITY|[A-Z]+(?:_[A-Z]+)+)\b/g;

/** The permissions that a refusal names: servers of different age ask for different ones. */
function namedPermissions(said: string): string[] {
	return [...new Set(said.match(PERMISSION))];
}

/** Where it may help, says that a team-mate's run or graph is for its owner only. */
export function ownersOnlyHint({ endpoint }: CallFacts): string {
	const deed = ownersDeed(endpoint);
	return deed
		? `If it belongs to another member of your organization, only its owner can ${deed}.`
		: '';
}

/** Where to get permissions that are missing. */
function adviseOn(facts: CallFacts, permissions: string[]): string {
	const [them, those] = permissions.length === 1 ? ['it', 'this one'] : ['them', 'these'];
	if (facts.connection.credentialType === 'autoGptApi') {
		return `Permissions of a key cannot be changed: make a new API key with those of the old one and ${those} at ${keysPage(facts)}.`;
	}
	// Servers of another age, or with API v1, have permissions of their own.
	const isOffered = (permission: string) => PERMISSIONS.some(({ value }) => value === permission);
	return permissions.every(isOffered)
		? `Add ${them} to the permissions of the credential, and connect the account again.`
		: `OAuth2 credentials cannot ask for ${them}: use the credential AutoGPT API, with an API key that has ${them} (${keysPage(facts)}).`;
}

function explainMissing(facts: CallFacts, said: string, permissions: string[]): Explanation {
	const needed = permissions.map(permissionWords).join(' and ');
	return {
		message: `The ${credentialWord(facts)} may not do this. It needs the permission ${needed}`,
		description: sentences(quotation(said), adviseOn(facts, permissions)),
		failure: { cause: 'configuration-invalid' },
	};
}

/**
 * Puts a 403 into words. AutoGPT names the permissions that are missing, as the server itself calls
 * them; where it names none, none is missing (contract: behaviour.md sections 1 and 3).
 */
export function explainForbidden(facts: CallFacts, refusal: Refusal): Explanation {
	const { endpoint } = facts;
	const said = sentence(refusal.message);
	const named = namedPermissions(said);
	if (named.length > 0) return explainMissing(facts, said, named);
	const deed = refusal.isEnvelope ? ownersDeed(endpoint) : undefined;
	const failure = { cause: 'configuration-invalid' } as const;
	if (deed) {
		return {
			message: `${subject(facts)} belongs to another member of your organization`,
			description: sentences(
				quotation(said) || 'AutoGPT refused it, and does not say why.',
				`Only its owner can ${deed}: ask the owner, or use the owner's credential. A new API key of your own does not help.`,
				'If it is yours, check the Team ID in the credential.',
			),
			failure,
		};
	}
	if (said) {
		return {
			message: `AutoGPT does not allow this: ${refusal.message}`,
			description:
				'No permission is missing. Check your role in the organization, and the Team ID in the credential.',
			failure,
		};
	}
	const needed = endpoint.scopes.map(permissionWords).join(' and ');
	return {
		message: 'AutoGPT does not allow this, and does not say why',
		description: sentences(
			needed && `The ${credentialWord(facts)} may lack the permission ${needed}: check it.`,
			'Check your role in the organization, and the Team ID in the credential.',
		),
		failure,
	};
}
