import { randomUUID } from 'crypto';

/** Gives objects IDs that they keep as long as they exist. */
export class ObjectIds {
	private ids = new WeakMap<object, string>();

	/** The ID of an object: another one for each, and the same whenever it is asked for. */
	of(object: object): string {
		const id = this.ids.get(object) ?? randomUUID();
		this.ids.set(object, id);
		return id;
	}

	reset(): void {
		this.ids = new WeakMap();
	}
}
