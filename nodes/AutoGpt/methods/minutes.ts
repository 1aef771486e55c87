/** A time as a list shows it, to the minute: `2026-11-26 09:30`. */
export function toMinute(time: string): string {
	return time.slice(0, 16).replace('T', ' ');
}
