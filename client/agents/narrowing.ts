import { isObject, type JsonObject } from '../util/json';
import type { CredentialInfo } from '../contract/types';
import type { CredentialNeed } from './agentCredentials';
import type { ProviderRule } from './providerRules';

/** Whether it takes more than the field itself to know which credential is the right one. */
export function mayBeNarrowed({ providers, types }: CredentialNeed): boolean {
	return providers.length > 1 || types.includes('host_scoped');
}

/** The values that decide; undefined when they are not known before the run. */
function valuesOf({ source }: NonNullable<ProviderRule['by']>, inputs: JsonObject): unknown[] {
	if (source === 'open') return [];
	if ('values' in source) return source.values;
	const value = inputs[source.input] ?? source.defaultValue;
	return value === undefined || value === null ? [] : [value];
}

function hostOf(address: unknown): string | undefined {
	try {
		return new URL(String(address)).hostname.toLowerCase();
	} catch {
		return undefined;
	}
}

/** A credential that does not name its host may be the right one. */
function servesHost(info: CredentialInfo, host: string): boolean {
	const own: unknown = isObject(info) ? (info as JsonObject).host : undefined;
	if (info.type !== 'host_scoped' || typeof own !== 'string') return true;
	const [name = ''] = own.toLowerCase().split(':');
	return name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host;
}

/** What the value of one input leaves of a field; undefined when it is not known. */
function narrowedBy(
	need: CredentialNeed,
	by: NonNullable<ProviderRule['by']>,
	inputs: JsonObject,
): CredentialNeed | undefined {
	const values = valuesOf(by, inputs);
	const [value] = values;
	if (value === undefined) return undefined;
	const because = { input: by.pin, value: String(value) };
	const { providerOf } = by;
	if (!providerOf) {
		const hosts = values.map(hostOf);
		if (!hosts.every((host) => host !== undefined)) return undefined;
		const fits = need.fits.filter((one) => hosts.every((host) => servesHost(one, host)));
		return { ...need, fits, because };
	}
	const providers = values.map((one) => providerOf.get(String(one)));
	if (!providers.every((one) => one !== undefined && need.providers.includes(one))) {
		return undefined;
	}
	const left = need.providers.filter((one) => providers.every((provider) => provider === one));
	if (left.length === 0) return undefined;
	const fits = need.fits.filter(({ provider }) => left.includes(provider));
	return { ...need, providers: left, fits, because };
}

/**
 * What the values of an agent's inputs leave of a credential field (contract: behaviour.md section
 * 11): the key of another provider would make the run fail, and be paid.
 *
 * @param inputs as they will be sent
 */
export function narrowed(need: CredentialNeed, inputs: JsonObject): CredentialNeed {
	const { rules } = need;
	if (rules === undefined) return need;
	if (rules === 'unreadable' || rules.length === 0) {
		return need.providers.length > 1 ? { ...need, undecided: true } : need;
	}
	let left = need;
	for (const { by } of rules) {
		if (!by) continue;
		const next = narrowedBy(left, by, inputs);
		if (next) left = next;
		// An address that is not known narrows no provider.
		else if (by.providerOf) return { ...need, undecided: true, dependsOn: by.pin };
	}
	return left;
}
