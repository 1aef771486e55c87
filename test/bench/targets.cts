/** What is wanted of the node, and whether it holds. */
export interface Target {
	what: string;
	wanted: string;
	measured: string;
	holds: boolean;
}

/** Milliseconds in words. */
export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export function countTarget(what: string, count: number, most: number): Target {
	return { what, wanted: `<= ${most}`, measured: String(count), holds: count <= most };
}
