import { isObject } from '../../util/json';
import { issuesWith, meantBranch, shapesAt } from './check';
import type { Path } from './path';
import type { Branch, Shape } from './shape';

/** A value within the value of an input, and the branch of the schema that it fits. */
export interface Place {
	path: Path;
	value: unknown;
	branch: Branch;
	/** All that may stand there. */
	shape: Shape;
}

function branchFor(shape: Shape, value: unknown): Branch | undefined {
	const fitting = shape.branches.filter(
		(branch) => issuesWith({ branches: [branch], takesNull: false }, value, []).length === 0,
	);
	return fitting[0] ?? meantBranch(shape, value);
}

/**
 * All places within a value with what the schema says of them, the value itself first; to find
 * files within lists and objects, for one.
 *
 * @param path where the value stands: the name of its input
 */
export function placesIn(shape: Shape, value: unknown, path: Path): Place[] {
	const branch = branchFor(shape, value);
	if (!branch || value === undefined || value === null) return [];
	const place = { path, value, branch, shape };
	if (branch.format === 'file') return [place];
	if (Array.isArray(value)) {
		const inner = value.flatMap((one: unknown, index) => {
			const item = branch.places[index] ?? branch.items;
			return item ? placesIn(item(), one, [...path, index]) : [];
		});
		return [place, ...inner];
	}
	if (!isObject(value)) return [place];
	const inner = Object.entries(value).flatMap(([key, one]) =>
		(shapesAt(branch, key) || []).flatMap((item) => placesIn(item(), one, [...path, key])),
	);
	return [place, ...inner];
}

/** A copy of a value with another one at a path within it; the path begins below the value. */
export function withValueAt(value: unknown, [step, ...rest]: Path, other: unknown): unknown {
	if (step === undefined) return other;
	if (Array.isArray(value)) {
		return value.map((one: unknown, index) =>
			index === step ? withValueAt(one, rest, other) : one,
		);
	}
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, one]): [string, unknown] => [
			key,
			key === step ? withValueAt(one, rest, other) : one,
		]),
	);
}
