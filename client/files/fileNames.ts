/** File systems take 255 bytes; this leaves room for what stores add. */
const LONGEST_NAME_BYTES = 200;
const ENDING = /.(\.[A-Za-z0-9]{1,10})$/;
/** Marks that turn the direction of writing, and the byte order mark: they only hide things. */
const HIDDEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const CONTROL_OR_BROKEN = /[\p{Cc}\p{Cs}]/gu;

function bytesOf(text: string): number {
	return Buffer.byteLength(text, 'utf8');
}

/** As many whole characters, as people see them, as have room in so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
	if (bytesOf(text) <= bytes) return text;
	let kept = '';
	let length = 0;
	for (const { segment } of new Intl.Segmenter().segment(text)) {
		length += bytesOf(segment);
		if (length > bytes) break;
		kept += segment;
	}
	return kept;
}

function splitName(name: string): { stem: string; end: string } {
	const end = ENDING.exec(name)?.[1] ?? '';
	return { stem: name.slice(0, name.length - end.length), end };
}

/** A name with something before its ending, cut so that all of it has room. */
function withSuffix(name: string, suffix: string): string {
	const { stem, end } = splitName(name);
	return cut(stem, LONGEST_NAME_BYTES - bytesOf(suffix + end)).trim() + suffix + end;
}

/**
 * What AutoGPT keeps of a name: its last part (contract: behaviour.md section 12), without what
 * cannot be seen, and no longer than a file system takes. `` when nothing is left.
 */
export function baseName(name: string): string {
	const last = name.split(/[/\\]/).pop() ?? '';
	const visible = last.replace(HIDDEN, '').replace(CONTROL_OR_BROKEN, '_').normalize('NFC').trim();
	return /^\.*$/.test(visible) ? '' : withSuffix(visible, '');
}

/** The next name to try when a file of that name exists: `report.pdf` becomes `report (2).pdf`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
	for (let number = 2; ; number++) {
		const next = withSuffix(name, ` (${number})`);
		if (!taken.has(next)) return next;
	}
}

/** The name under which a file for an agent's input is uploaded: it shows the content. */
export function inputFileName(name: string, contentHash: string): string {
	return withSuffix(baseName(name) || 'file', `-${contentHash}`);
}

/** What decides the type of a file in AutoGPT: the ending of its name; `` without one. */
export function endingOf(name: string): string {
	return splitName(baseName(name)).end;
}

function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}

/** Headers come as Latin-1; many servers write UTF-8 into them all the same. */
function fromLatin1(text: string): string {
	const utf8 = Buffer.from(text, 'latin1').toString('utf8');
	return utf8.includes('\ufffd') ? text : utf8;
}

/** The value of `filename*`, by the character set that it names. */
function extendedName(header: string): string | undefined {
	const [, charset = '', text = ''] =
		/filename\*\s*=\s*(UTF-8|ISO-8859-1)'[^']*'([^;\s]+)/i.exec(header) ?? [];
	if (charset.toUpperCase() !== 'ISO-8859-1') return decoded(text);
	return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
		String.fromCharCode(parseInt(hex, 16)),
	);
}

/** The file name in a Content-Disposition header; `filename*` goes before `filename`. */
export function nameInDisposition(header: unknown): string | undefined {
	if (typeof header !== 'string') return undefined;
	const extended = extendedName(header);
	if (extended) return baseName(extended) || undefined;
	const quoted = /filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1];
	const plain = /filename\s*=\s*([^";\s]+)/i.exec(header)?.[1];
	return baseName(fromLatin1(quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')) || undefined;
}

/** The file name at the end of an address's path; undefined when it ends with a folder. */
export function nameInAddress(pathname: string): string | undefined {
	const last = pathname.split('/').pop() ?? '';
	return baseName(decoded(last) ?? last) || undefined;
}

/** Endings of the types that people pass on most; the ending decides the type in AutoGPT. */
const ENDINGS: Record<string, string> = {
	'application/gzip': 'gz',
	'application/json': 'json',
	'application/msword': 'doc',
	'application/pdf': 'pdf',
	'application/rtf': 'rtf',
	'application/vnd.ms-excel': 'xls',
	'application/vnd.ms-powerpoint': 'ppt',
	'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
	'application/xml': 'xml',
	'application/yaml': 'yaml',
	'application/zip': 'zip',
	'audio/mpeg': 'mp3',
	'audio/mp4': 'm4a',
	'audio/ogg': 'ogg',
	'audio/wav': 'wav',
	'image/gif': 'gif',
	'image/jpeg': 'jpg',
	'image/png': 'png',
	'image/svg+xml': 'svg',
	'image/webp': 'webp',
	'text/calendar': 'ics',
	'text/css': 'css',
	'text/csv': 'csv',
	'text/html': 'html',
	'text/javascript': 'js',
	'text/markdown': 'md',
	'text/plain': 'txt',
	'text/xml': 'xml',
	'video/mp4': 'mp4',
	'video/quicktime': 'mov',
	'video/webm': 'webm',
};

/**
 * A name with an ending, from which AutoGPT takes the type.
 *
 * @param name may be empty
 * @param ending what n8n knows as the file's ending, for a name that has none
 */
export function nameForType(name: string, mimeType: string, ending?: string): string {
	const stem = name || 'file';
	if (ENDING.test(stem)) return stem;
	const known = ending || ENDINGS[mimeType.split(';')[0]?.trim().toLowerCase() ?? ''];
	return known ? `${stem}.${known}` : stem;
}
