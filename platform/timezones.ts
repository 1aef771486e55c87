/** IANA names of all timezones that n8n knows, UTC first. */
export function timezones(): string[] {
	return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

/** The IANA name as it is written officially; undefined when there is no such timezone. */
export function timezoneNamed(name: string): string | undefined {
	const listed = timezones().find((zone) => zone.toLowerCase() === name.toLowerCase());
	if (listed) return listed;
	if (!/^[A-Za-z]/.test(name)) return undefined;
	try {
		// Older names are not listed, and yet good.
		new Intl.DateTimeFormat('en', { timeZone: name });
		return name;
	} catch {
		return undefined;
	}
}
