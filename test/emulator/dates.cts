import type { Core } from './core.cts';

/** The header `Date` by the server's clock; Node would add the right one where it is not set. */
export function dateHeader({ clock, mode }: Core): { Date: string } {
	const { dateOffMs } = mode;
	const date = new Date(clock.now().getTime() + (dateOffMs ?? 0));
	return { Date: dateOffMs === null ? '' : date.toUTCString() };
}
