import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { asArray, asObject, asText, isObject, type JsonObject } from './json.cts';
import { LOOPBACK } from './ports.cts';

/** The arguments of one call of a tool. */
export type ToolArguments = JsonObject;

/** In the arguments: which tool is called, where there are several. */
export const TOOL_CALLED = '$tool';

/**
 * A language model that says what it is told to, over OpenAI's chat completions. It calls the
 * tool that its script names, else the first that it is offered, turn by turn, and then quotes what
 * the tool returned last.
 */
export interface LanguageModel {
	/** For the credential's Base URL. */
	url: string;
	/** Every request since the script began, as it came. */
	requests: JsonObject[];
	/** Begins anew: one list of calls for each turn in which it calls tools. */
	script(...turns: ToolArguments[][]): void;
	/** What the tool gave it, one text for each call, in the order of the calls. */
	toolResults(): string[];
	close(): Promise<void>;
}

function toolMessages(request: JsonObject | undefined): string[] {
	if (!request) return [];
	return asArray(request.messages, 'messages')
		.map((message) => asObject(message, 'message'))
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => asText(content, 'content of a tool message'));
}

function toolName(request: JsonObject): string {
	const [tool] = asArray(request.tools, 'tools');
	const { function: described } = asObject(tool, 'tool');
	return asText(asObject(described, 'function of the tool').name, 'name of the tool');
}

function toolCalls(request: JsonObject, turn: number, calls: ToolArguments[]): JsonObject {
	const first = toolName(request);
	return {
		role: 'assistant',
		content: null,
		tool_calls: calls.map(({ [TOOL_CALLED]: name = first, ...call }, index) => ({
			id: `call_${turn}_${index}`,
			type: 'function',
			function: { name, arguments: JSON.stringify(call) },
		})),
	};
}

function completion(request: JsonObject, turn: number, calls?: ToolArguments[]): JsonObject {
	const text = `The tool said: ${toolMessages(request).at(-1) ?? 'nothing'}`;
	const message = calls ? toolCalls(request, turn, calls) : { role: 'assistant', content: text };
	return {
		id: `chatcmpl-${turn}`,
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [{ index: 0, message, finish_reason: calls ? 'tool_calls' : 'stop' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

/** Starts the scripted language model on loopback. */
export async function startLanguageModel(): Promise<LanguageModel> {
	const requests: JsonObject[] = [];
	let turns: ToolArguments[][] = [];
	const app = new Hono();
	app.post('/v1/chat/completions', async (c) => {
		const request: unknown = await c.req.json();
		if (!isObject(request) || request.stream === true) {
			return c.json({ error: { message: 'Only whole answers are given here' } }, 400);
		}
		const turn = requests.push(request) - 1;
		return c.json(completion(request, turn, turns[turn]));
	});
	const server = createAdaptorServer({ fetch: app.fetch });
	server.listen(0, LOOPBACK);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://${LOOPBACK}:${port}/v1`,
		requests,
		script: (...next) => {
			requests.length = 0;
			turns = next;
		},
		toolResults: () => toolMessages(requests.at(-1)),
		close: async () => {
			if ('closeAllConnections' in server) server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
