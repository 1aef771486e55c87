import type { Core } from './core.cts';
import { credentialSlots } from './graphs.cts';
import { newId } from './ids.cts';
import { allNodes } from './nesting.cts';
import type { CredentialRecord, GraphVersion } from './state.cts';
import type { CredentialSeed, Schemas } from './types.cts';

/** Stores a credential of a user; its secrets are not kept. */
export function addCredential(core: Core, userId: string, seed: CredentialSeed): CredentialRecord {
	const type = seed.type ?? 'api_key';
	const info: Schemas['CredentialInfo'] = {
		id: newId(),
		type,
		provider: seed.provider,
		title: seed.title ?? null,
		username: type === 'oauth2' ? (seed.username ?? null) : null,
		scopes: seed.scopes ?? [],
		expires_at: null,
		is_managed: seed.isManaged ?? false,
	};
	const record = { info, userId, usedByWebhook: seed.usedByWebhook ?? false };
	core.state.credentials.set(info.id, record);
	return record;
}

export function credentialsOf(core: Core, userId: string): Schemas['CredentialInfo'][] {
	return [...core.state.credentials.values()]
		.filter((record) => record.userId === userId)
		.map((record) => record.info);
}

/** One row for each field and provider, matched by provider only (section 11). */
export function requirementsOf(
	core: Core,
	userId: string,
	version: GraphVersion,
): Schemas['CredentialRequirement'][] {
	const stored = credentialsOf(core, userId);
	return credentialSlots(allNodes(core, version)).flatMap((slot) =>
		slot.providers.map((provider) => ({
			field_name: slot.field,
			provider,
			supported_types: slot.types,
			required_scopes: slot.scopes,
			matching_credentials: stored.filter((one) => one.provider === provider),
		})),
	);
}
