import { isObject } from '../util/json';
import type { ProviderRule } from './providerRules';
import type { CredentialInfo, CredentialInput, CredentialRequirement } from '../contract/types';

/** A credential field of an agent, filled once however many providers it accepts. */
export interface CredentialNeed {
	field: string;
	providers: string[];
	types: string[];
	scopes: string[];
	/** Stored credentials that it accepts. */
	fits: CredentialInfo[];
	/** How it follows from other inputs; absent where only the field itself counts. */
	rules?: ProviderRule[] | 'unreadable';
	/** The value that left these providers, once it is known. */
	because?: { input: string; value: string };
	/** True when only the user knows which provider is the right one. */
	undecided?: boolean;
	/** The input of a block that decides, where its value is not known. */
	dependsOn?: string;
}

/** The ID of a credential, a whole reference to one, or null to leave the field out. */
export type CredentialChoice = string | CredentialInput | null;

/** A credential field that cannot be filled. */
export interface CredentialIssue {
	reason: 'unknown' | 'unfit' | 'several' | 'none';
	field: string;
	need?: CredentialNeed;
}

const CREDENTIAL_TYPES: readonly string[] = ['api_key', 'oauth2', 'user_password', 'host_scoped'];

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function union(...lists: string[][]): string[] {
	return [...new Set(lists.flat())];
}

/**
 * The API matches by provider alone (contract: behaviour.md section 11). Scopes are compared where
 * there are any: keys and passwords have none, whatever they allow.
 */
function fitting(row: CredentialRequirement): CredentialInfo[] {
	const types = texts(row.supported_types);
	const scopes = texts(row.required_scopes);
	const rows: unknown = row.matching_credentials;
	return (Array.isArray(rows) ? rows : []).filter(
		(one: unknown): one is CredentialInfo =>
			isObject(one) &&
			typeof one.id === 'string' &&
			one.provider === row.provider &&
			typeof one.type === 'string' &&
			types.includes(one.type) &&
			(one.type !== 'oauth2' || scopes.every((scope) => texts(one.scopes).includes(scope))),
	);
}

/** Joins the rows of a requirement list, one for each field and provider, to one need a field. */
export function needsOf(rows: CredentialRequirement[]): CredentialNeed[] {
	const needs = new Map<string, CredentialNeed>();
	for (const row of rows) {
		if (typeof row.field_name !== 'string' || typeof row.provider !== 'string') continue;
		const field = row.field_name;
		const known = needs.get(field) ?? { field, providers: [], types: [], scopes: [], fits: [] };
		const ids = new Set(known.fits.map(({ id }) => id));
		needs.set(field, {
			field,
			providers: union(known.providers, [row.provider]),
			types: union(known.types, texts(row.supported_types)),
			scopes: union(known.scopes, texts(row.required_scopes)),
			fits: [...known.fits, ...fitting(row).filter(({ id }) => !ids.has(id))],
		});
	}
	return [...needs.values()];
}

/** Whether another input decides which credential is filled in, so that none has to be chosen. */
export function followsInput({ rules }: CredentialNeed): boolean {
	return Array.isArray(rules) && rules.some(({ by }) => by?.providerOf !== undefined);
}

/** Reads what a user chose for a field; undefined when it is no choice at all. */
export function readChoice(value: unknown): CredentialChoice | undefined {
	if (value === null) return null;
	if (typeof value === 'string') return value.trim() || undefined;
	return isCredentialInput(value) ? value : undefined;
}

function isCredentialInput(value: unknown): value is CredentialInput {
	return (
		isObject(value) &&
		typeof value.id === 'string' &&
		typeof value.provider === 'string' &&
		typeof value.type === 'string' &&
		CREDENTIAL_TYPES.includes(value.type)
	);
}

function reference({ id, provider, type }: CredentialInput | CredentialInfo): CredentialInput {
	return { id, provider, type };
}

function isSame(info: CredentialInfo, choice: string | CredentialInput): boolean {
	if (typeof choice === 'string') return info.id === choice;
	return info.id === choice.id && info.provider === choice.provider && info.type === choice.type;
}

/**
 * Fills the credential fields of an agent: with what was chosen, or with the only one that fits.
 *
 * @param isOptional asked only for a field that nothing fits, since it may cost a request
 */
export async function fillCredentials(
	needs: CredentialNeed[],
	choices: ReadonlyMap<string, CredentialChoice>,
	isOptional: (field: string) => Promise<boolean>,
): Promise<{ filled: Record<string, CredentialInput>; issues: CredentialIssue[] }> {
	const filled: Array<[string, CredentialInput]> = [];
	const fields = new Set(needs.map(({ field }) => field));
	const issues: CredentialIssue[] = [...choices.keys()]
		.filter((field) => !fields.has(field))
		.map((field) => ({ reason: 'unknown', field }));
	for (const need of needs) {
		const { field, fits, undecided } = need;
		const choice = choices.get(field);
		if (choice === null) continue;
		const found = choice === undefined ? fits : fits.filter((one) => isSame(one, choice));
		const [only] = found;
		const mustChoose = choice === undefined && undecided === true;
		if (only && found.length === 1 && !mustChoose) filled.push([field, reference(only)]);
		else if (choice !== undefined) issues.push({ reason: 'unfit', field, need });
		else if (fits.length > 0) issues.push({ reason: 'several', field, need });
		else if (!(await isOptional(field))) issues.push({ reason: 'none', field, need });
	}
	return { filled: Object.fromEntries(filled), issues };
}

/** For credentials that were given whole where the agent's needs cannot be read. */
export function wholeReferences(
	choices: ReadonlyMap<string, CredentialChoice>,
): Record<string, CredentialInput> | undefined {
	const entries = [...choices].filter(([, choice]) => choice !== null);
	const whole = entries.flatMap(([field, choice]): Array<[string, CredentialInput]> =>
		isCredentialInput(choice) ? [[field, reference(choice)]] : [],
	);
	return whole.length === entries.length ? Object.fromEntries(whole) : undefined;
}

const TYPE_WORDS: Readonly<Record<CredentialInfo['type'], string>> = {
	api_key: 'API key',
	oauth2: 'OAuth2',
	user_password: 'username and password',
	host_scoped: 'headers for a host',
};

/** What a credential signs in with, in words; a type of a newer server as it is written there. */
export function credentialTypeWords(type: CredentialInfo['type']): string {
	return Object.hasOwn(TYPE_WORDS, type) ? TYPE_WORDS[type] : type;
}

/** A stored credential by name, for lists and messages. */
export function credentialLabel({ title, username, provider, type, id }: CredentialInfo): string {
	return `${title || username || id} (${provider}, ${credentialTypeWords(type)})`;
}
