import { readUrl } from '../util/url';

/** What the address of a page in AutoGPT's web app says of a graph. */
export type GraphAddress =
	| { page: 'builder'; graphId: string; graphVersion?: number }
	/** The page of an agent in the library: its ID is not that of a graph. */
	| { page: 'library' }
	| { page: 'other' };

function versionIn(text: string | null): number | undefined {
	const version = Number(text ?? NaN);
	return Number.isInteger(version) && version > 0 ? version : undefined;
}

/**
 * Reads the address of the builder, `…/build?flowID=ID&flowVersion=N`, in which the version may be
 * missing (contract: v1.md section 5, Which id).
 *
 * @returns undefined for a text that is no address at all, such as an ID
 */
export function readGraphAddress(text: string): GraphAddress | undefined {
	if (!/^https?:\/\//i.test(text)) return undefined;
	const url = readUrl(text);
	if (!url) return { page: 'other' };
	const { pathname, searchParams } = url;
	if (/\/library\/agents\//.test(pathname)) return { page: 'library' };
	const graphId = searchParams.get('flowID')?.trim();
	if (!graphId || !/\/build\/?$/.test(pathname)) return { page: 'other' };
	const graphVersion = versionIn(searchParams.get('flowVersion'));
	return { page: 'builder', graphId, ...(graphVersion === undefined ? {} : { graphVersion }) };
}
