import type { V1EndpointName } from '../../../client/contract/v1/endpoints';
import type { components } from '../../../client/contract/v1/schema';
import type { Core, Principal } from '../core.cts';

export type V1Schemas = components['schemas'];

/** Generations of API v1 that the emulator can be (v1.md section 1). */
export const GENERATIONS = ['V3', 'V5', 'V7'] as const;
export type Generation = (typeof GENERATIONS)[number];

/** One request to an operation of API v1, already checked. */
export interface V1Call {
	core: Core;
	generation: Generation;
	principal: Principal;
	params: Record<string, string>;
	query: Record<string, unknown>;
	body: unknown;
}

export interface V1Reply {
	status: number;
	body: unknown;
}

export type V1Handler = (call: V1Call) => V1Reply | Promise<V1Reply>;
export type V1Handlers = Readonly<Record<V1EndpointName, V1Handler>>;

export function done(body: unknown, status = 200): V1Reply {
	return { status, body };
}
