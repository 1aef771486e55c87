import { permissionWords } from '../contract/permissions';
import {
	credentialLabel,
	type CredentialNeed,
	type CredentialIssue,
} from '../agents/agentCredentials';
import type { Known } from '../agents/blocks';

const HEADLINES: Record<CredentialIssue['reason'], string> = {
	unknown: 'has no credential field',
	unfit: 'cannot use the credential chosen for',
	several: 'needs a choice of credential for',
	none: 'has no fitting credential for',
};

function taken({ providers, types, scopes }: CredentialNeed): string {
	const kinds = types.map((type) =>
		type === 'oauth2' && scopes.length > 0 ? `oauth2 (with ${scopes.join(', ')})` : type,
	);
	return `${kinds.join(' or ')} of ${providers.join(' or ')}`;
}

function choicesOf({ fits }: CredentialNeed): string {
	return fits.map((one) => `${credentialLabel(one)} with the ID ${one.id}`).join('; ');
}

function reasonFor({ because, undecided, dependsOn, rules }: CredentialNeed): string {
	if (because) return `, since '${because.input}' is '${because.value}'`;
	if (dependsOn !== undefined) return `, which depends on '${dependsOn}'`;
	if (undecided !== true) return '';
	return rules === 'unreadable'
		? `, which may depend on another input: the permission ${permissionWords('READ_GRAPH')} lets n8n find out`
		: ', which may depend on another input';
}

function detail({ reason, field, need }: CredentialIssue): string {
	if (!need) return '';
	const isNone = reason === 'none' || need.fits.length === 0;
	return `'${field}' takes ${isNone ? taken(need) : choicesOf(need)}${reasonFor(need)}.`;
}

/** Puts what is amiss with the credentials for an agent into words, all of it at once. */
export function explainCredentialIssues(
	{ thing, name }: Known,
	issues: CredentialIssue[],
	webUrl: string,
): { message: string; description: string } {
	const parts = (['unknown', 'unfit', 'several', 'none'] as const).flatMap((reason) => {
		const fields = issues.filter((issue) => issue.reason === reason).map(({ field }) => field);
		return fields.length > 0 ? [`${HEADLINES[reason]}: ${fields.sort().join(', ')}`] : [];
	});
	const [first = '', ...rest] = parts;
	const subject = `${thing === 'agent' ? 'Agent' : 'Block'} '${name}'`;
	const message = [`${subject} ${first}`, ...rest.map((part) => `It ${part}`)].join('. ');
	const lacks = issues.some(({ need }) => need && need.fits.length === 0);
	const chooses = issues.some(({ reason }) => reason !== 'none');
	const advice = [
		...issues.map(detail),
		chooses
			? "Choose in the form (refresh it if it lacks the field), or by ID in 'Agent Credentials' where the inputs are JSON; Agent > Get Required Credentials shows the fields."
			: '',
		lacks
			? `Add a credential in the settings of AutoGPT (${webUrl}) or with Integration Credential > Create. A field that the ${thing} can do without is left out by choosing 'None', or null in JSON.`
			: '',
	];
	return { message, description: advice.filter(Boolean).join(' ') };
}
