import type { INodeProperties } from 'n8n-workflow';

/**
 * Versions of the node. n8n keeps a saved node at its version and does not store what equals a
 * default, so another default needs another version (see CONTRIBUTING, What must never change).
 */
export const NODE_VERSIONS = [1, 1.1];
/** The version that new nodes have. */
export const LATEST_VERSION = 1.1;

const FIRST = { show: { '@version': [1] } };
const SINCE_1_1 = { show: { '@version': [{ _cnd: { gte: 1.1 } }] } };

/** A field that only nodes of the first version have. */
export function onlyInVersion1(field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: { ...field.displayOptions, ...merged(field, FIRST.show) } };
}

/** A field that nodes have from version 1.1 on. */
export function since1_1(field: INodeProperties): INodeProperties {
	return {
		...field,
		displayOptions: { ...field.displayOptions, ...merged(field, SINCE_1_1.show) },
	};
}

type Show = NonNullable<NonNullable<INodeProperties['displayOptions']>['show']>;

function merged({ displayOptions }: INodeProperties, show: Show): { show: Show } {
	return { show: { ...displayOptions?.show, ...show } };
}
