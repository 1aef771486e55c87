/** A text times each place at which a pattern may go on or stop: as many steps are tried at most. */
const MOST_STEPS = 1_000_000;

function compile(pattern: string): RegExp | undefined {
	for (const flags of ['u', '']) {
		try {
			return new RegExp(pattern, flags);
		} catch {
			// Python allows to escape more than Unicode mode does; perhaps it can be read the other way.
		}
	}
	return undefined;
}

/** Whether Python, with which AutoGPT reads patterns, may understand one otherwise. */
function isOtherInPython(pattern: string, text: string): boolean {
	if (/\\[AZ]|\(\?[P(#a-z]/.test(pattern)) return true;
	// There, letters and digits of all alphabets count.
	return /\\[wWdDbBsS]/.test(pattern) && /[^\0-\x7f]/.test(text);
}

/** A pattern without what is escaped or stands in brackets, which repeats nothing. */
function skeleton(pattern: string): string {
	return pattern.replace(/\\[\s\S]/g, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x');
}

/** Whether a pattern repeats a group that repeats or has a choice inside. */
function repeatsRepeats(plain: string): boolean {
	const open: boolean[] = [];
	let varies = false;
	for (const [index, sign] of [...plain].entries()) {
		if (sign === '(') {
			open.push(varies);
			varies = false;
		} else if (sign === ')') {
			if (varies && /[*+{]/.test(plain[index + 1] ?? '')) return true;
			varies = varies || (open.pop() ?? false);
		} else if (/[*+{|]/.test(sign) || (sign === '?' && plain[index - 1] !== '(')) varies = true;
	}
	return false;
}

/**
 * Whether a pattern is done with a text soon. One that repeats a group which repeats or has a
 * choice inside may try for years; so may one that refers back.
 */
function isQuick(pattern: string, length: number): boolean {
	if (/\\[1-9k]/.test(pattern)) return false;
	const plain = skeleton(pattern);
	const repeats = plain.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
	return !repeatsRepeats(plain) && Math.max(length, 1) ** Math.max(repeats, 1) <= MOST_STEPS;
}

/** Whether a text does not match; what is not known, or not soon, is left to AutoGPT. */
export function breaksPattern(pattern: string, text: string): boolean {
	if (isOtherInPython(pattern, text) || !isQuick(pattern, text.length)) return false;
	const expression = compile(pattern);
	return expression !== undefined && !expression.test(text);
}
