/**
 * Today's names of timezones that were renamed. Node takes them, and yet lists the old names only,
 * such as Asia/Calcutta.
 */
const RENAMED = [
	'Africa/Asmara',
	'America/Argentina/Buenos_Aires',
	'America/Argentina/Catamarca',
	'America/Argentina/Cordoba',
	'America/Argentina/Jujuy',
	'America/Argentina/Mendoza',
	'America/Atikokan',
	'America/Indiana/Indianapolis',
	'America/Kentucky/Louisville',
	'America/Nuuk',
	'Asia/Ho_Chi_Minh',
	'Asia/Kathmandu',
	'Asia/Kolkata',
	'Asia/Yangon',
	'Atlantic/Faroe',
	'Europe/Kyiv',
	'Pacific/Chuuk',
	'Pacific/Kanton',
	'Pacific/Pohnpei',
];

/** IANA names of all timezones that n8n knows, UTC first. */
export function timezones(): string[] {
	const names = new Set([...Intl.supportedValuesOf('timeZone'), ...RENAMED]);
	names.delete('UTC');
	return ['UTC', ...[...names].sort()];
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
