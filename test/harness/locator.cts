import type { INodeParameters } from 'n8n-workflow';

/** The value of a resource locator; `mode` is one of those that the field has. */
export function rl(value: string, mode = 'id'): INodeParameters {
	return { __rl: true, mode, value };
}
