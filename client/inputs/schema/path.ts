/** Where a value stands in the inputs: names of inputs and keys, and places in lists. */
export type Path = ReadonlyArray<string | number>;

/** A path as an expression would have it: `rows[0].City`, `place["a.b"]`. */
export function pathText([first, ...rest]: Path): string {
	const steps = rest.map((step) => {
		if (typeof step === 'number') return `[${step}]`;
		return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
	});
	return [String(first ?? ''), ...steps].join('');
}
