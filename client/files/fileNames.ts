/** What AutoGPT keeps of a name: its last part (contract: behaviour.md section 12). */
export function baseName(name: string): string {
	const last = name.split(/[/\\]/).pop() ?? '';
	return [...last]
		.map((character) => (isControl(character) ? '_' : character))
		.join('')
		.trim();
}

function isControl(character: string): boolean {
	const code = character.codePointAt(0) ?? 0;
	return code < 0x20 || code === 0x7f;
}

/** The next name to try when a file of that name exists: `report.pdf` becomes `report (2).pdf`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
	const dot = name.lastIndexOf('.');
	const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
	for (let number = 2; ; number++) {
		const next = `${stem} (${number})${end}`;
		if (!taken.has(next)) return next;
	}
}

function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}

/** The file name in a Content-Disposition header; `filename*` goes before `filename`. */
export function nameInDisposition(header: unknown): string | undefined {
	if (typeof header !== 'string') return undefined;
	const extended = /filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)/i.exec(header)?.[1];
	const name = extended === undefined ? undefined : decoded(extended);
	if (name) return baseName(name) || undefined;
	const quoted = /filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1];
	const plain = /filename\s*=\s*([^";\s]+)/i.exec(header)?.[1];
	return baseName(quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '') || undefined;
}

/** The file name at the end of an address's path; undefined when it ends with a folder. */
export function nameInAddress(pathname: string): string | undefined {
	const last = pathname.split('/').pop() ?? '';
	return baseName(decoded(last) ?? last) || undefined;
}

/** A name with an ending, from which AutoGPT takes the type; `ending` is for one that has none. */
export function nameForType(name: string, ending: string | undefined): string {
	return /.\.[A-Za-z0-9]{1,10}$/.test(name) || !ending ? name : `${name}.${ending}`;
}
