import { isObject, type JsonObject } from '../../util/json';
import { flatten, type FlatSchema } from './flatten';

/** What JSON knows besides null; undefined where a schema leaves it open. */
export type BasicType = 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** One way in which a value may be: a schema without references and combinations. */
export interface Branch {
	type?: BasicType;
	/** Such as `date`, `file` or `table`. */
	format?: string;
	/** The only values, if they are listed. */
	choices?: unknown[];
	/** Keywords that limit a value: `minimum`, `maxLength` and so on. */
	limits: JsonObject;
	/** Patterns that a text must match, all of them. */
	patterns: string[];
	required: string[];
	/** Of an object. */
	properties: ReadonlyMap<string, LazyShape>;
	/** Values of other names; false where there may be none. */
	others?: LazyShape | false;
	/** Values whose names match. */
	patternProperties: ReadonlyArray<[pattern: string, shape: LazyShape]>;
	names?: LazyShape;
	/** Of a list: what stands at each place, and what follows. */
	places: readonly LazyShape[];
	items?: LazyShape;
}

/** Read when it is asked for: a schema may contain itself. */
export type LazyShape = () => Shape;

/** What a place in the inputs takes, with all references and combinations resolved. */
export interface Shape {
	/** Any of them will do; never empty. */
	branches: Branch[];
	takesNull: boolean;
	/** The property whose value selects the branch. */
	tag?: string;
}

const BASIC_TYPES: readonly string[] = [
	'boolean',
	'integer',
	'number',
	'string',
	'array',
	'object',
];

const LIMITS = [
	...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
	...['minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems'],
	...['minProperties', 'maxProperties'],
];

export function isBasicType(type: unknown): type is BasicType {
	return typeof type === 'string' && BASIC_TYPES.includes(type);
}

/** The type of a value; a whole number is an integer. */
export function typeOfValue(value: unknown): BasicType | 'null' | undefined {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
	const type = typeof value;
	return isBasicType(type) ? type : undefined;
}

/** Whether a value of a type may stand where a schema asks for another. */
export function isOfType(value: unknown, type: BasicType | undefined): boolean {
	if (type === undefined) return true;
	const own = typeOfValue(value);
	return own === type || (type === 'number' && own === 'integer');
}

/** Reads the schemas of one document, to whose `$defs` they may refer. */
export class ShapeReader {
	private readonly known = new WeakMap<object, Shape>();

	constructor(private readonly root: JsonObject) {}

	/** The shape of a schema; what cannot be understood takes any value. */
	shapeOf(schema: unknown): Shape {
		const known = isObject(schema) ? this.known.get(schema) : undefined;
		if (known) return known;
		const shape = this.read(schema);
		if (isObject(schema)) this.known.set(schema, shape);
		return shape;
	}

	private read(schema: unknown): Shape {
		const flat = flatten(schema, this.root);
		const branches = flat.filter(({ type }) => type !== 'null').map((one) => this.branchOf(one));
		const takesNull = flat.some(isNullable);
		const tags = flat.map(({ discriminator }) => discriminator).filter(isObject);
		const [tag] = tags.map(({ propertyName }) => propertyName);
		const filled = branches.filter(({ choices }) => choices === undefined || choices.length > 0);
		return {
			branches: filled.length > 0 ? filled : [this.branchOf({})],
			takesNull,
			...(typeof tag === 'string' ? { tag } : {}),
		};
	}

	private branchOf(flat: FlatSchema): Branch {
		const { type, format } = flat;
		return {
			...typeAndChoices(isBasicType(type) ? type : undefined, flat.enum),
			...(typeof format === 'string' ? { format } : {}),
			limits: Object.fromEntries(
				LIMITS.filter((name) => name in flat).map((name) => [name, flat[name]]),
			),
			patterns: texts(flat.patterns),
			required: texts(flat.required),
			...this.objectOf(flat),
			...this.listOf(flat),
		};
	}

	private objectOf(flat: FlatSchema) {
		const { properties, additionalProperties: others, patternProperties, propertyNames } = flat;
		const entries = (value: unknown) =>
			Object.entries(isObject(value) ? value : {}).map(([name, schema]): [string, LazyShape] => [
				name,
				this.lazy(schema),
			]);
		return {
			properties: new Map(entries(properties)),
			patternProperties: entries(patternProperties),
			...(others === false ? { others: false as const } : {}),
			...(isObject(others) ? { others: this.lazy(others) } : {}),
			...(isObject(propertyNames) ? { names: this.lazy(propertyNames) } : {}),
		};
	}

	private listOf({ items, prefixItems }: FlatSchema) {
		// Older schemas list the places under `items`.
		const places = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
		return {
			places: places.map((schema) => this.lazy(schema)),
			...(isObject(items) ? { items: this.lazy(items) } : {}),
		};
	}

	private lazy(schema: unknown): LazyShape {
		return () => this.shapeOf(schema);
	}
}

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function isNullable({ type, enum: choices, nullable }: FlatSchema): boolean {
	if (nullable === true || type === 'null') return true;
	return type === undefined && Array.isArray(choices) && choices.includes(null);
}

/** Choices count more than a type that none of them has, as in AutoGPT's dropdowns of numbers. */
function typeAndChoices(
	type: BasicType | undefined,
	choices: unknown,
): Pick<Branch, 'type' | 'choices'> {
	const given = Array.isArray(choices) ? choices.filter((one) => one !== null) : [];
	// A dropdown without options is free text.
	if (!Array.isArray(choices) || choices.length === 0) return type ? { type } : {};
	const fitting = given.filter((one) => isOfType(one, type));
	if (fitting.length === 0) return { choices: given };
	return { ...(type ? { type } : {}), choices: fitting };
}
