import type { components } from '../../client/contract/schema';

type GraphCreate = components['schemas']['GraphCreate'];
type GraphNode = components['schemas']['GraphNode'];

/** Ids of the blocks that the ready agents are made of. */
export const BLOCK_IDS = {
	input: 'c0a8e994-ebf1-4a9c-a4d8-89d09c86741b',
	shortTextInput: '7fcd3bcb-8e1b-4e69-903d-32d3d4a92158',
	longTextInput: '90a56ffb-7024-4b2b-ab50-e26c5e5ab8ba',
	numberInput: '96dae2bb-97a2-41c2-bd2f-13a3b5a8ea98',
	toggleInput: 'cbf36ab5-df4a-43b6-8a7f-f7ed8652116e',
	dropdownInput: '655d6fdf-a334-421c-b733-520549c07cd1',
	dateInput: '7e198b09-4994-47db-8b4d-952d98241817',
	timeInput: '2a1c757e-86cf-4c7e-aacf-060dc382e434',
	fileInput: '95ead23f-8283-4654-aef3-10c053b74a31',
	tableInput: '5603b273-f41e-4020-af7d-fbc9c6a8d928',
	driveInput: 'd3b32f15-6fd7-40e3-be52-e083f51b19a2',
	output: '363ae599-353e-4804-937e-b2ee3cef3da4',
	template: 'db7d8f02-2f44-4c55-ab7a-eae0941f0c30',
	wait: 'd67a9c52-5e4e-11e2-bcfd-0800200c9a71',
	fail: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f01',
	crash: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f02',
	silent: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f05',
	review: '8b2a7b3c-6e9d-4a5f-8c1b-2e3f4a5b6c7d',
	agent: 'e189baac-8c20-45a1-94a7-55177ea42565',
	storeFile: 'cbb50872-625b-42f0-8203-a2ae78242d8a',
	ai: '1f292d4a-41a4-4977-9684-7c8d560b9f91',
	conversation: '5b7d1c1e-0f3a-4a52-9d55-6c0f7a1e9f06',
} as const;

function node(
	id: string,
	block: keyof typeof BLOCK_IDS,
	input_default: Record<string, unknown>,
	metadata: Record<string, unknown> = {},
): GraphNode {
	return { id, block_id: BLOCK_IDS[block], input_default, metadata };
}

/** A link written as `from.pin -> to.pin`. */
function link(text: string) {
	const [source = '', sink = ''] = text.split(' -> ');
	const [source_id = '', source_name = ''] = source.split('.');
	const [sink_id = '', sink_name = ''] = sink.split('.');
	return { id: text, source_id, source_name, sink_id, sink_name, is_static: false };
}

function graph(
	name: string,
	description: string,
	nodes: GraphNode[],
	links: string[],
): GraphCreate {
	return { name, description, nodes, links: links.map(link), is_active: true };
}

/** Input `name`; `{ name: 'Ada' }` gives the output `greeting`: `Hello, Ada!`. */
export const greetingAgent = graph(
	'Greeting agent',
	'Greets whoever it is told to.',
	[
		node('name', 'input', { name: 'name', title: 'Name' }),
		node('text', 'template', { format: 'Hello, {{ name }}!', values: {} }),
		node('greeting', 'output', { name: 'greeting', title: 'Greeting' }),
	],
	['name.result -> text.values_#_name', 'text.output -> greeting.value'],
);

/** Gives the input `value`, whatever it is, as output `echo`. */
export const echoAgent = graph(
	'Echo agent',
	'Gives back what it is given.',
	[
		node('value', 'input', { name: 'value', title: 'Value' }),
		node('echo', 'output', { name: 'echo', title: 'Echo' }),
	],
	['value.result -> echo.value'],
);

/** Waits as many seconds as the input `seconds` says (10 unless given); output `done`. */
export const slowAgent = graph(
	'Slow agent',
	'Takes its time.',
	[
		node('seconds', 'numberInput', { name: 'seconds', title: 'Seconds', value: 10 }),
		node('wait', 'wait', { input_message: 'Done waiting' }),
		node('done', 'output', { name: 'done', title: 'Done' }),
	],
	['seconds.result -> wait.seconds', 'wait.output_message -> done.value'],
);

/** Gives the number 7 as output `count` at once, and `done` some seconds later. */
export const numberThenWaitAgent = graph(
	'Number agent',
	'Counts, then takes its time.',
	[
		node('number', 'numberInput', { name: 'number', title: 'Number', value: 7 }),
		node('seconds', 'numberInput', { name: 'seconds', title: 'Seconds', value: 10 }),
		node('count', 'output', { name: 'count', title: 'Count' }),
		node('wait', 'wait', { input_message: 'Done waiting' }),
		node('done', 'output', { name: 'done', title: 'Done' }),
	],
	[
		'number.result -> count.value',
		'seconds.result -> wait.seconds',
		'wait.output_message -> done.value',
	],
);

/** A block fails and nothing takes up its error: COMPLETED, `result` absent, `started` there. */
export const failingAgent = graph(
	'Failing agent',
	'One of its blocks fails.',
	[
		node('text', 'input', { name: 'text', title: 'Text', value: 'anything' }),
		node('started', 'output', { name: 'started', title: 'Started' }),
		node('fail', 'fail', { message: 'The service said no' }),
		node('result', 'output', { name: 'result', title: 'Result' }),
	],
	['text.result -> started.value', 'text.result -> fail.trigger', 'fail.output -> result.value'],
);

/** The whole run ends FAILED. */
export const crashingAgent = graph(
	'Crashing agent',
	'Its run fails as a whole.',
	[
		node('text', 'input', { name: 'text', title: 'Text', value: 'anything' }),
		node('crash', 'crash', { message: 'The engine broke' }),
		node('result', 'output', { name: 'result', title: 'Result' }),
	],
	['text.result -> crash.trigger', 'crash.output -> result.value'],
);

/** A person judges the input `text`; it leaves as output `approved` or `rejected`. */
export const reviewAgent = graph(
	'Review agent',
	'Lets a person judge a text.',
	[
		node('text', 'input', { name: 'text', title: 'Text' }),
		node('review', 'review', { name: 'Is this text fine?', editable: true }),
		node('approved', 'output', { name: 'approved', title: 'Approved' }),
		node('rejected', 'output', { name: 'rejected', title: 'Rejected' }),
	],
	[
		'text.result -> review.data',
		'review.approved_data -> approved.value',
		'review.rejected_data -> rejected.value',
	],
);

/** Two people are asked at once, the second about something that cannot be edited. */
export const twoReviewsAgent = graph(
	'Two reviews agent',
	'Lets people judge a title and a text.',
	[
		node('title', 'input', { name: 'title', title: 'Title' }),
		node('text', 'input', { name: 'text', title: 'Text' }),
		node('first', 'review', { name: 'Is this title fine?', editable: true }),
		node('second', 'review', { name: 'Is this text fine?', editable: false }),
		node('approvedTitle', 'output', { name: 'approved_title', title: 'Approved title' }),
		node('approvedText', 'output', { name: 'approved_text', title: 'Approved text' }),
		node('rejected', 'output', { name: 'rejected', title: 'Rejected' }),
	],
	[
		'title.result -> first.data',
		'text.result -> second.data',
		'first.approved_data -> approvedTitle.value',
		'second.approved_data -> approvedText.value',
		'first.rejected_data -> rejected.value',
		'second.rejected_data -> rejected.value',
	],
);

/** Input `document` is a file; output `copy` is a copy of it. */
export const fileAgent = graph(
	'File agent',
	'Copies a file.',
	[
		node('document', 'fileInput', { name: 'document', title: 'Document' }),
		node('store', 'storeFile', {}),
		node('copy', 'output', { name: 'copy', title: 'Copy' }),
	],
	['document.result -> store.file_in', 'store.file_out -> copy.value'],
);

/** Every kind of input; each is given back as an output of its name. */
export const everyInputAgent = everyInput();

function everyInput(): GraphCreate {
	const inputs = [
		node('topic', 'input', { name: 'topic', title: 'Topic' }),
		node('who', 'shortTextInput', { name: 'who', title: 'Who' }),
		node('brief', 'longTextInput', { name: 'brief', title: 'Brief' }),
		node('copies', 'numberInput', {
			name: 'copies',
			title: 'Copies',
			value: 2,
			advanced: true,
		}),
		node('draft', 'toggleInput', { name: 'draft', title: 'Draft' }),
		node('mood', 'dropdownInput', {
			name: 'mood',
			title: 'Mood',
			options: ['calm', 'loud'],
			value: 'calm',
		}),
		node('due', 'dateInput', { name: 'due', title: 'Due' }),
		node('at', 'timeInput', { name: 'at', title: 'At' }),
		node('doc', 'fileInput', { name: 'doc', title: 'Document' }),
		node('rows', 'tableInput', { name: 'rows', title: 'Rows', column_headers: ['City'] }),
		node('sheet', 'driveInput', { name: 'sheet', title: 'Sheet' }),
	];
	const echoes = inputs.map((one) =>
		node(`${one.id}_out`, 'output', { name: `${one.id}`, title: one.id }),
	);
	const links = inputs.map((one) => `${one.id}.result -> ${one.id}_out.value`);
	const about = 'Takes every kind of input and gives it back.';
	return graph('Every input agent', about, [...inputs, ...echoes], links);
}

/** Needs an API key of OpenAI or Anthropic, in one field; output `answer`. */
export const credentialAgent = graph(
	'Credential agent',
	'Asks a language model.',
	[
		node('prompt', 'input', { name: 'prompt', title: 'Prompt' }),
		node('ai', 'ai', {}),
		node('answer', 'output', { name: 'answer', title: 'Answer' }),
	],
	['prompt.result -> ai.prompt', 'ai.response -> answer.value'],
);

/** Runs another agent's graph with its input `name`, and gives its output `greeting`. */
export function nestingAgent(graphId: string, graphVersion = 1): GraphCreate {
	return graph(
		'Nesting agent',
		'Runs another agent.',
		[
			node('name', 'input', { name: 'name', title: 'Name' }),
			node('inner', 'agent', { graph_id: graphId, graph_version: graphVersion }),
			node('outer', 'output', { name: 'outer', title: 'Outer' }),
		],
		['name.result -> inner.name', 'inner.greeting -> outer.value'],
	);
}
