/** What begins a tag, an end of one, a comment or a declaration. */
const TAG_START = /<(?=[a-z/!?])/gi;

/**
 * A text of others for a place that n8n's editor takes for HTML: it shows links and loads images
 * there. After a space nothing is a tag, and where the text is shown as it is, it can still be read.
 */
export function withoutMarkup(text: string): string {
	return text.replace(TAG_START, '< ');
}
