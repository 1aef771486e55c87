/**
 * A text without the characters around it that match, in time that grows with its length only: a
 * regular expression for both ends would try each run of them in between as the end.
 */
export function trimmed(text: string, around: RegExp): string {
	const isAround = (index: number) => around.test(text.charAt(index));
	let [start, end] = [0, text.length];
	while (start < end && isAround(start)) start++;
	while (end > start && isAround(end - 1)) end--;
	return text.slice(start, end);
}
