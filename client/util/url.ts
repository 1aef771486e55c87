/**
 * Reads an address.
 *
 * `URL.canParse` is not used: Node.js before 24 says false there for addresses with letters such as
 * `ü`, once it was called often.
 *
 * @param base for an address that may begin with its path
 * @returns undefined when it is none
 */
export function readUrl(text: string, base?: string): URL | undefined {
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}
