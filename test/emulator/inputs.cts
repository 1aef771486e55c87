import type { Core } from './core.cts';
import { ApiError, invalid, type ValidationIssue } from './errors.cts';
import { credentialSlots } from './graphs.cts';
import { allNodes } from './nesting.cts';
import type { GraphVersion } from './state.cts';
import type { Schemas } from './types.cts';

type Inputs = Record<string, unknown>;

/** Unknown and missing names, all at once, unknown ones first, sorted by name (section 11). */
export function checkNames(core: Core, version: GraphVersion, inputs: Inputs): void {
	if (!core.mode.checksInputs || core.mode.version !== 'N') return;
	const { properties = {}, required = [] } = version.inputSchema;
	const at = (name: string) => ['body', 'inputs', name];
	const unknown = Object.keys(inputs).filter((name) => !Object.hasOwn(properties, name));
	const missing = required.filter((name) => inputs[name] === undefined || inputs[name] === null);
	const issues: ValidationIssue[] = [
		...unknown.sort().map((name) => ({
			type: 'extra_forbidden',
			loc: at(name),
			msg: 'Unknown input',
		})),
		...missing.sort().map((name) => ({ type: 'missing', loc: at(name), msg: 'Input required' })),
	];
	if (issues.length > 0) throw invalid(issues, 'Agent inputs do not fit the agent');
}

interface Kind {
	type?: unknown;
	format?: unknown;
}

function kindOf(property: Schemas['InputProperty']): Kind {
	const branches = (property.anyOf ?? []) as Kind[];
	const branch = branches.find((one) => one.type !== 'null');
	return { type: property.type ?? branch?.type, format: branch?.format ?? property.format };
}

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/;
const TIME = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?/;

function toInteger(value: unknown): number | undefined {
	if (typeof value === 'boolean') return Number(value);
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (/^(true|yes|on|1)$/i.test(String(value))) return true;
	return /^(false|no|off|0|)$/i.test(String(value)) ? false : undefined;
}

function parsed(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

function toText(value: unknown, format: unknown): string | undefined {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	if (format === 'date' && !DATE.test(text)) return undefined;
	return format === 'time' && !TIME.test(text) ? undefined : text;
}

function coerce(value: unknown, { type, format }: Kind): unknown {
	if (type === 'integer') return toInteger(value);
	if (type === 'boolean') return toBoolean(value);
	if (type === 'string') return toText(value, format);
	if (type === 'array') {
		const list = parsed(value);
		return Array.isArray(list) ? list : undefined;
	}
	if (type === 'object') {
		const object = parsed(value);
		return typeof object === 'object' && !Array.isArray(object) ? object : undefined;
	}
	return value;
}

/** Values in the types of their inputs; what cannot be converted is a 400 (section 11). */
export function coerceInputs(version: GraphVersion, inputs: Inputs): Inputs {
	const coerced: Inputs = {};
	for (const [name, value] of Object.entries(inputs)) {
		const property = version.inputSchema.properties?.[name];
		coerced[name] = property && value !== null ? coerce(value, kindOf(property)) : value;
		if (coerced[name] === undefined) {
			throw new ApiError(400, `Input '${name}' cannot be converted to its type`);
		}
	}
	return coerced;
}

/** The chosen credentials, checked against those that the user has stored (section 11). */
export function chosenCredentials(
	core: Core,
	userId: string,
	version: GraphVersion,
	chosen: Record<string, Schemas['CredentialInput']>,
): Record<string, Schemas['CredentialReference']> {
	const references: Record<string, Schemas['CredentialReference']> = {};
	for (const slot of credentialSlots(allNodes(core, version))) {
		const given = Object.hasOwn(chosen, slot.field) ? chosen[slot.field] : undefined;
		if (!given) {
			if (slot.optional || core.mode.missingCredential === 'failBlock') continue;
			throw new ApiError(400, `Missing credentials for '${slot.field}'`);
		}
		const stored = core.state.credentials.get(given.id);
		const { info } = stored ?? {};
		if (!info || stored?.userId !== userId) {
			throw new ApiError(400, `Credentials #${given.id} for '${slot.field}' not found`);
		}
		const fits =
			info.provider === given.provider &&
			info.type === given.type &&
			slot.providers.includes(info.provider) &&
			slot.types.includes(info.type) &&
			(info.type !== 'oauth2' || slot.scopes.every((scope) => info.scopes.includes(scope)));
		if (!fits) throw new ApiError(400, `Credentials #${given.id} do not fit '${slot.field}'`);
		const { id, title, provider, type } = info;
		references[slot.field] = { id, title, provider, type };
	}
	return references;
}
