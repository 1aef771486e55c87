import type { Values } from './blocks/block.cts';

/** Pin without the part that reaches into a dictionary, list or object (section 14). */
export function basePin(pin: string): string {
	return pin.split(/_[#$@]_/, 1)[0] ?? pin;
}

/** Puts linked values into a block's inputs; `pin_#_key` and its like fill a part of one. */
export function fill(inputs: Values, linked: Values): Values {
	for (const [pin, value] of Object.entries(linked)) {
		const base = basePin(pin);
		if (base === pin) {
			inputs[pin] = value;
			continue;
		}
		const key = pin.slice(base.length + 3);
		if (pin.startsWith(`${base}_$_`)) {
			const list: unknown[] = Array.isArray(inputs[base]) ? [...(inputs[base] as unknown[])] : [];
			list[Number(key)] = value;
			inputs[base] = list;
		} else {
			inputs[base] = { ...(inputs[base] as Values | undefined), [key]: value };
		}
	}
	return inputs;
}
