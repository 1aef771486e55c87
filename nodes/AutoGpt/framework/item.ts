import {
	isExpression,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';

import { DEEPEST_JSON, isObject, isTooDeep, type JsonObject } from '../../../client/util/json';
import { readPastedJson, unsafeNumberIn } from '../../../client/util/pastedJson';
import type { AutoGptClient } from '../../../client/http/client';
import { withoutMarkup } from '../../../client/util/markup';
import { isBlank, readFlag } from '../../shared/choices';
import { faultOfText } from './texts';
import { isToolNode } from './tool';
import { isFirst, isShownIn } from './version';

/** Fields with stricter rules of their own, which say more of what to do: see start/ownKey.ts. */
const WITH_OWN_RULES: readonly string[] = ['idempotencyKey'];

const CHECK_EXPRESSION = 'Check what the expression of this field returns for this item.';

function isNothing(value: unknown): boolean {
	return isBlank(value) || (Array.isArray(value) && value.every(isNothing));
}

/** One input item and the fields of the node as they are for it. */
export class Item {
	constructor(
		readonly functions: IExecuteFunctions,
		readonly client: AutoGptClient,
		readonly index: number,
		/** The fields of the operation, for their names in messages. */
		private readonly fields: readonly INodeProperties[] = [],
	) {}

	/** Whether the node is the tool that n8n makes of it for AI agents. */
	get isTool(): boolean {
		return isToolNode(this.functions.getNode());
	}

	/** Whether the node was saved when it had other defaults. */
	get isVersion1(): boolean {
		return isFirst(this.functions.getNode().typeVersion);
	}

	/** Value of a field; of a resource locator, what it points to. */
	value(name: string, fallback?: unknown): unknown {
		return this.functions.getNodeParameter(name, this.index, fallback, { extractValue: true });
	}

	/** Value of a plain field that not every form of the node has. */
	valueIfShown(name: string, fallback: string | boolean): unknown {
		return this.functions.getNodeParameter(name, this.index, fallback);
	}

	/** Text of a field, without surrounding space; `` when it is empty. */
	text(name: string): string {
		const value = this.value(name, '');
		if (value === null || value === undefined) return '';
		const fault = faultOfText(value);
		if (fault !== undefined) throw this.invalid(name, fault);
		return String(value).trim();
	}

	/**
	 * Text of a field that may be left empty; `` when it is. An expression that returns nothing must
	 * not count as that: it would read or make something else. A model that uses the node as a tool
	 * leaves the field out in just this way, and nodes of version 1 took it so.
	 */
	optionalText(name: string): string {
		const text = this.text(name);
		const raw: unknown = this.functions.getNode().parameters[name];
		const isGiven = isExpression(isObject(raw) ? raw.value : raw);
		if (text !== '' || !isGiven || this.isTool || this.isVersion1) return text;
		const label = this.labelOf(name);
		throw this.failure(
			`The expression in '${label}' returns nothing for this item`,
			`Check that the item has the value that the expression names. To leave '${label}' empty, remove the expression.`,
		);
	}

	/** Text of a field that must not be empty; `label` is the field's name for the user. */
	requiredText(name: string, label: string): string {
		const text = this.text(name);
		if (text === '') {
			throw this.failure(
				`'${label}' is empty`,
				`Fill in '${label}', or check that its expression returns a value for this item.`,
			);
		}
		return text;
	}

	/** A switch; `label` is the field's name for the user. */
	flag(name: string, label: string, fallback = false): boolean {
		return this.flagOf(this.value(name, fallback), label);
	}

	/** What a switch is set to: a value that is none must not count as off. */
	flagOf(value: unknown, label: string): boolean {
		const flag = readFlag(value);
		if (flag !== undefined) return flag;
		throw this.failure(
			`'${label}' is neither true nor false`,
			`Check that the expression in '${label}' returns true or false for this item.`,
		);
	}

	/** Fields of a collection. */
	collection(name: string): IDataObject {
		const value = this.value(name, {});
		const fields = isObject(value) ? (value as IDataObject) : {};
		// Nodes of version 1 left out what is no text.
		if (!this.isVersion1) this.requireTexts(name, fields);
		return fields;
	}

	/** Refuses what is no text in the text fields of a collection: it must not count as not added. */
	private requireTexts(collection: string, fields: IDataObject): void {
		for (const [field, value] of Object.entries(fields)) {
			const option = this.optionOf(collection, field);
			if (option?.type !== 'string' || option.typeOptions?.multipleValues) continue;
			if (WITH_OWN_RULES.includes(field) || isNothing(value)) continue;
			const fault = faultOfText(value);
			if (fault === undefined) continue;
			throw this.failure(`'${option.displayName}' ${fault}`, CHECK_EXPRESSION);
		}
	}

	/**
	 * Fields of a collection that narrow what is read, such as filters. An expression for one of them
	 * that returns nothing must not count as one that was not added: it would read everything. A
	 * model that uses the node as a tool leaves out what it does not need in just this way.
	 */
	narrowing(name: string): IDataObject {
		const fields = this.collection(name);
		this.requireTexts(name, fields);
		for (const field of Object.keys(fields)) {
			this.refuseNothing(name, field, fields[field], 'To read without it');
		}
		return fields;
	}

	/**
	 * Refuses an expression for a field of a collection that returns nothing; a model that uses the
	 * node as a tool may leave the field out in this way.
	 *
	 * @param value what it returns
	 * @param purpose what the user may want in its place, for example `To read without it`
	 */
	refuseNothing(collection: string, name: string, value: unknown, purpose: string): void {
		if (this.isTool || !isNothing(value) || !this.isExpression(collection, name)) return;
		const label = this.labelIn(collection, name);
		throw this.failure(
			`The expression in '${label}' returns nothing for this item`,
			`Check that the item has the value that the expression names. ${purpose}, remove '${label}'.`,
		);
	}

	/** How n8n shows a field of a collection. */
	private labelIn(collection: string, name: string): string {
		return this.optionOf(collection, name)?.displayName ?? name;
	}

	/** A field of a collection, as nodes of this version have it. */
	private optionOf(collection: string, name: string): INodeProperties | undefined {
		const [options = []] = this.fields
			.filter((field) => field.name === collection && isShownIn(this.isVersion1, field))
			.map((field) => field.options);
		return options.find(
			(option): option is INodeProperties =>
				option.name === name && 'type' in option && isShownIn(this.isVersion1, option),
		);
	}

	/** How n8n shows a field, given as its name or as collection and name. */
	private labelOf(path: string): string {
		const [name = '', inner] = path.split('.');
		if (inner !== undefined) return this.labelIn(name, inner);
		const own = this.fields.find(
			(field) => field.name === name && isShownIn(this.isVersion1, field),
		);
		return own?.displayName ?? name;
	}

	/** Whether the user gave a field of a collection as an expression, whatever it gives. */
	isExpression(collection: string, name: string): boolean {
		const fields: unknown = this.functions.getNode().parameters[collection];
		const raw = isObject(fields) ? fields[name] : undefined;
		return isExpression(raw);
	}

	/** A JSON object, given as object or as text; `{}` when the field is empty. */
	jsonObject(name: string, label: string): JsonObject {
		const value = this.value(name, {});
		const isText = typeof value === 'string';
		if (isText && value.trim() === '') return {};
		const read = isText ? readPastedJson(value) : { json: value };
		if ('issue' in read) throw this.failure(`'${label}' ${read.issue}`, read.advice);
		if (!isObject(read.json)) {
			throw this.failure(
				`'${label}' is not a JSON object`,
				'Enter an object such as {"name": "Ada"}, rather than a list, a text or a number.',
			);
		}
		if (isTooDeep(read.json)) {
			throw this.failure(
				`'${label}' has more than ${DEEPEST_JSON} lists and objects within each other`,
				'AutoGPT takes no JSON as deep as this. Check that the expression returns what was meant.',
			);
		}
		const number = unsafeNumberIn(value);
		if (number === undefined) return read.json;
		throw this.failure(
			`'${label}' has the whole number ${number}, whose last digits would change`,
			isText
				? 'n8n keeps whole numbers of up to 15 digits. Put it in double quotes, so that it is sent as text.'
				: 'n8n keeps whole numbers of up to 15 digits, so it may have changed before. Have the node before this one return it as text.',
		);
	}

	/** A failure of this item that the user can mend in the node. */
	failure(message: string, description: string): NodeOperationError {
		return new NodeOperationError(this.functions.getNode(), withoutMarkup(message), {
			description: withoutMarkup(description),
			itemIndex: this.index,
		});
	}

	private invalid(name: string, rule: string): NodeOperationError {
		return this.failure(`'${this.labelOf(name)}' ${rule}`, CHECK_EXPRESSION);
	}
}
