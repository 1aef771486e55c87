import type { INodeProperties } from 'n8n-workflow';

/**
 * Versions of the node. n8n keeps a saved node at its version and does not store what equals a
 * default, so another default needs another version (see CONTRIBUTING, What must never change).
 */
export const NODE_VERSIONS = [1, 1.1];
/** The version that new nodes have. */
export const LATEST_VERSION = 1.1;

type Shown = NonNullable<NonNullable<INodeProperties['displayOptions']>['show']>;

/** Nodes without a version, as programs may write them, count for n8n as older than any. */
const FIRST: Shown = { '@version': [{ _cnd: { lt: 1.1 } }] };
const SINCE_1_1: Shown = { '@version': [{ _cnd: { gte: 1.1 } }] };

function shownFor(versions: Shown, field: INodeProperties): INodeProperties {
	const { displayOptions } = field;
	const show = { ...displayOptions?.show, ...versions };
	return { ...field, displayOptions: { ...displayOptions, show } };
}

/** A field that only nodes of the first version have. */
export function onlyInVersion1(field: INodeProperties): INodeProperties {
	return shownFor(FIRST, field);
}

/** A field that nodes have from version 1.1 on. */
export function since1_1(field: INodeProperties): INodeProperties {
	return shownFor(SINCE_1_1, field);
}

/** Whether a version is the first one, or none. */
export function isFirst(typeVersion: number | undefined): boolean {
	return typeVersion === undefined || typeVersion < 1.1;
}

/** Whether nodes of this kind of version have a field. */
export function isShownIn(isVersion1: boolean, { displayOptions }: INodeProperties): boolean {
	const versions = displayOptions?.show?.['@version'];
	return versions === undefined || (versions === FIRST['@version']) === isVersion1;
}
