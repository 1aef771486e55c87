import type { AgentInput } from '../../../client/inputs/inputs';
import { tagValues } from '../../../client/inputs/schema/words';
import { latinOf } from './transliteration';

/** Longer labels are cut off in n8n's panel. */
export const LONGEST_LABEL = 28;
/** Of these characters n8n makes the names of what a model is to fill in; the others get lost. */
const READABLE = /[a-z0-9]/gi;

/** Kinds of inputs that a model cannot fill in, or that n8n leaves to no model. */
const NOT_FOR_MODELS: ReadonlyArray<AgentInput['kind']> = ['choice', 'drive', 'file'];

/** A text with at most as many characters as there is room for. */
export function shortened(text: string, room: number): string {
	const characters = [...text];
	if (characters.length <= room) return text;
	return `${characters
		.slice(0, room - 1)
		.join('')
		.trimEnd()}…`;
}

function isReadable(text: string): boolean {
	const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
	return letters > 0 && (text.match(READABLE)?.length ?? 0) * 2 >= letters;
}

const KIND_WORDS: Record<AgentInput['kind'], string> = {
	any: 'input',
	text: 'text',
	integer: 'number',
	number: 'number',
	boolean: 'toggle',
	choice: 'choice',
	date: 'date',
	time: 'time',
	moment: 'date and time',
	file: 'file',
	list: 'list',
	object: 'object',
	drive: 'file',
};

/** What a model reads in the place of a title in other letters, the best first. */
function readableName({ title, name, help, kind }: AgentInput, position: number): string[] {
	if (isReadable(title)) return [];
	const names = [name, latinOf(title), help].filter((one) => one !== title && isReadable(one));
	return [...names, `${KIND_WORDS[kind]} ${position}`];
}

/** What a list may hold, where that is one of a few: n8n's forms have no field for several choices. */
function itemChoices({ shape }: AgentInput): string[] {
	const items = shape.branches.flatMap(({ items: item }) => item?.().branches ?? []);
	const choices = items.flatMap((item) => item.choices ?? []);
	const ways = [choices.map(String).join(', '), 'choices with commas', 'list of choices'];
	return choices.length > 0 ? ways : [];
}

/** Which kinds of objects there are, by the key that tells them apart. */
function kindsOfObject({ shape }: AgentInput): string[] {
	const values = tagValues(shape);
	return values.length > 0 ? [`${shape.tag}: ${values.join(', ')}`, `by ${shape.tag}`] : [];
}

/** Ways to say something next to a title, the best first. */
function notesOn(input: AgentInput): string[][] {
	const { kind, columns, shape, help, advanced, required } = input;
	const types = new Set(shape.branches.map(({ type }) => type));
	const mayBeText = kind === 'any' && types.has('string');
	const isAlso = (type: 'number' | 'integer' | 'array' | 'object') => mayBeText && types.has(type);
	return [
		kind === 'file' ? ['binary field or URL', 'file or URL', 'file'] : [],
		kind === 'time' ? ['HH:MM'] : [],
		columns.length > 0 ? [`rows with ${columns.join(', ')}`, columns.join(', ')] : [],
		itemChoices(input),
		kindsOfObject(input),
		isAlso('number') || isAlso('integer') ? ['text or number'] : [],
		isAlso('array') ? ['text or list'] : [],
		isAlso('object') ? ['text or object'] : [],
		kind === 'moment' ? ['date and time'] : [],
		kind === 'drive' && required ? ["in AutoGPT's app only", 'AutoGPT only'] : [],
		advanced ? ['advanced'] : [],
		help ? [help] : [],
	];
}

/** The title, shortened where the name for models needs the room. */
function titleFor(title: string, readable: string[], room: number): string {
	const shortest = readable.at(-1);
	return shortest ? shortened(title, room - shortest.length - ' ()'.length) : title;
}

/** A label that is not cut off; n8n has no place for a description of a field of its own. */
function labelOf(input: AgentInput, position: number, suffix = ''): string {
	// n8n itself marks what is required in forms that add rows only.
	const mark = input.required ? ' *' : '';
	const room = LONGEST_LABEL - mark.length - suffix.length;
	const readable = readableName(input, position);
	const title = titleFor(input.title, readable, room);
	const notes: string[] = [];
	const withNotes = (all: string[]) => (all.length > 0 ? `${title} (${all.join('; ')})` : title);
	for (const ways of [readable, ...notesOn(input)]) {
		const fitting = ways.find((way) => [...withNotes([...notes, way])].length <= room);
		if (fitting) notes.push(fitting);
	}
	return shortened(withNotes(notes), room) + suffix + mark;
}

/** The name under which n8n asks a model for a field. */
export function modelName(label: string): string {
	return label.replace(/[^a-z0-9-]/gi, '_').slice(0, 63);
}

/** Words with one space between them: n8n makes an underscore of each other character. */
function plainWords(text: string): string {
	return text.replace(/[^a-z0-9-]+/gi, ' ').trim();
}

/** As many of the words as there is room for. */
function fittingWords(text: string, room: number): string {
	if (text.length <= room) return text;
	const cut = text.slice(0, room + 1).replace(/ [^ ]*$/, '');
	return cut.length <= room ? cut : text.slice(0, room);
}

/**
 * The label in a tool: n8n makes the name for the model of it, so that it is the title alone where
 * `describeForModel` says the rest, and else has one note that is words only.
 */
function toolLabelOf(input: AgentInput, position: number, suffix = ''): string {
	// A title in other letters stays beside its name for the model.
	if (!isReadable(input.title)) return labelOf({ ...input, required: false }, position, suffix);
	const room = LONGEST_LABEL - suffix.length;
	const title = fittingWords(plainWords(input.title), room);
	if (isLeftToModel(input)) return title + suffix;
	const notes = notesOn(input).flat().map(plainWords);
	const labels = notes.filter(Boolean).map((note) => `${title} - ${note}`);
	return (labels.find((label) => label.length <= room) ?? title) + suffix;
}

/**
 * Whether the model of a tool is to fill in an input unless the user does: it cannot be left empty.
 * A file is nothing that a model has.
 */
export function isLeftToModel({ required, defaultValue, kind }: AgentInput): boolean {
	return required && defaultValue === undefined && !NOT_FOR_MODELS.includes(kind);
}

/** What a model is told of an input, as plain text: it comes to stand in an expression. */
export function describeForModel(input: AgentInput): string {
	const best = notesOn({ ...input, help: '' }).flatMap(([note]) => note ?? []);
	const text = [input.help ?? '', ...best].filter(Boolean).join('; ');
	return text
		.replace(/[^\p{L}\p{N} .,:;?!()/-]/gu, ' ')
		.replace(/ +/g, ' ')
		.trim();
}

/**
 * Labels for the inputs of an agent in their order: none is cut off, and no two are alike, not even
 * in the letters that reach a model.
 *
 * @param isTool whether the node is a tool, where n8n makes names for the model of the labels
 */
export function labelsFor(inputs: AgentInput[], isTool = false): string[] {
	const taken = new Set<string>();
	const labelFor = isTool ? toolLabelOf : labelOf;
	return inputs.map((input, index) => {
		let label = labelFor(input, index + 1);
		for (let count = 2; taken.has(modelName(label)); count++) {
			label = labelFor(input, index + 1, ` ${count}`);
		}
		taken.add(modelName(label));
		return label;
	});
}
