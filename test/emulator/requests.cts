import type { ErrorObject } from 'ajv/dist/2020';
import { DateTime } from 'luxon';
import type { Contract, JsonSchema, Operation, Parameter } from './contract.cts';
import { invalid, type ValidationIssue } from './errors.cts';

type Location = 'body' | 'query' | 'header';

/** One problem found by a schema, in the server's words (section 5). */
function issue(error: ErrorObject, location: Location, root: string[] = []): ValidationIssue {
	const steps = error.instancePath.split('/').slice(1);
	const loc: (string | number)[] = [location, ...root, ...steps.map(step)];
	const params = error.params as Record<string, unknown>;
	const input: unknown = error.data;
	switch (error.keyword) {
		case 'required':
			loc.push(String(params.missingProperty));
			return { type: 'missing', loc, msg: 'Field required', input };
		case 'minimum':
			return {
				type: 'greater_than_equal',
				loc,
				msg: `Input should be greater than or equal to ${String(params.limit)}`,
				input,
				ctx: { ge: params.limit },
			};
		case 'maximum':
			return {
				type: 'less_than_equal',
				loc,
				msg: `Input should be less than or equal to ${String(params.limit)}`,
				input,
				ctx: { le: params.limit },
			};
		case 'maxLength':
			return {
				type: 'string_too_long',
				loc,
				msg: `String should have at most ${String(params.limit)} characters`,
				input,
				ctx: { max_length: params.limit },
			};
		case 'enum':
			return { type: 'enum', loc, msg: 'Input should be one of the known values', input };
		default:
			return { type: `${error.keyword}_error`, loc, msg: error.message ?? 'Invalid', input };
	}
}

function step(text: string): string | number {
	const name = text.replaceAll('~1', '/').replaceAll('~0', '~');
	return /^\d+$/.test(name) ? Number(name) : name;
}

function typed(text: string, schema: JsonSchema): unknown {
	if (schema.type === 'integer' && /^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
	if (schema.type === 'boolean') {
		if (/^(true|1|yes|on|t|y)$/i.test(text)) return true;
		if (/^(false|0|no|off|f|n)$/i.test(text)) return false;
	}
	return text;
}

function parameterValue(parameter: Parameter, texts: string[], contract: Contract): unknown {
	const schema = contract.resolve(parameter.schema);
	const items = schema.items;
	if (schema.type === 'array' && items) {
		return texts.map((text) => typed(text, contract.resolve(items)));
	}
	return typed(texts.at(-1) ?? '', schema);
}

/** The query as the contract reads it: values with their types, defaults filled in. */
export function readQuery(contract: Contract, operation: Operation, search: URLSearchParams) {
	const query: Record<string, unknown> = {};
	const issues: ValidationIssue[] = [];
	for (const parameter of operation.parameters) {
		if (parameter.in !== 'query') continue;
		const texts = search.getAll(parameter.name);
		const schema = contract.resolve(parameter.schema);
		if (texts.length === 0) {
			if (parameter.required) {
				const loc = ['query', parameter.name];
				issues.push({ type: 'missing', loc, msg: 'Field required', input: null });
			}
			if (schema.default !== undefined) query[parameter.name] = schema.default;
			continue;
		}
		const value = parameterValue(parameter, texts, contract);
		query[parameter.name] = value;
		if (schema.format === 'date-time') {
			// Unlike in a body, a time without a zone will do.
			const time = DateTime.fromISO(String(value), { zone: 'utc' });
			query[parameter.name] = time.toJSDate();
			if (!time.isValid) {
				const msg = 'Input should be a valid datetime';
				const loc = ['query', parameter.name];
				issues.push({ type: 'datetime_from_date_parsing', loc, msg, input: value });
			}
			continue;
		}
		const key = `${operation.id} query ${parameter.name}`;
		const errors = contract.check(key, parameter.schema, value);
		issues.push(...errors.map((error) => issue(error, 'query', [parameter.name])));
	}
	if (issues.length > 0) throw invalid(issues);
	return query;
}

/** A header that the contract describes, checked. */
export function checkHeaders(
	contract: Contract,
	operation: Operation,
	header: (name: string) => string | undefined,
): void {
	for (const parameter of operation.parameters) {
		const value = parameter.in === 'header' ? header(parameter.name)?.trim() : undefined;
		if (value === undefined) continue;
		const key = `${operation.id} header ${parameter.name}`;
		const errors = contract.check(key, parameter.schema, value);
		if (errors.length > 0) {
			const name = parameter.name.toLowerCase();
			throw invalid(errors.map((error) => issue(error, 'header', [name])));
		}
	}
}

function withDefaults(contract: Contract, schema: JsonSchema, value: unknown): unknown {
	const { properties } = contract.resolve(schema);
	if (!properties || value === null || typeof value !== 'object') return value;
	const filled: Record<string, unknown> = { ...value };
	for (const [name, property] of Object.entries(properties)) {
		if (name in filled) continue;
		const { default: defaultValue } = contract.resolve(property);
		if (defaultValue !== undefined) filled[name] = structuredClone(defaultValue);
	}
	return filled;
}

/** A JSON body, parsed and checked; 422 lists what is wrong with it. */
export function readBody(
	contract: Contract,
	operation: Operation,
	text: string,
	contentType: string | undefined,
): unknown {
	if (!operation.body) return undefined;
	if (text === '') {
		throw invalid([{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }]);
	}
	if (!/^application\/([\w.+-]+\+)?json\b/i.test(contentType ?? '')) {
		const msg = 'Input should be a valid dictionary or object to extract fields from';
		throw invalid([{ type: 'model_attributes_type', loc: ['body'], msg, input: text }]);
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		const msg = 'JSON decode error';
		throw invalid([{ type: 'json_invalid', loc: ['body', 0], msg, input: {} }]);
	}
	const errors = contract.check(`${operation.id} body`, operation.body, value);
	if (errors.length > 0) throw invalid(errors.map((error) => issue(error, 'body')));
	return withDefaults(contract, operation.body, value);
}
