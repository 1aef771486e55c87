import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

/** The workflow that users import, as far as the tests look at it. */
export interface RelayWorkflow {
	nodes: Array<{
		name: string;
		type: string;
		parameters: {
			url?: string;
			jsonBody?: string;
			jsonOutput?: string;
			conditions?: { conditions: Array<{ leftValue: string }> };
		};
	}>;
	settings: Record<string, unknown>;
	pinData: object;
	active: boolean;
}

/** What the relay answers to a token request. */
export interface RelayAnswer {
	status: number;
	body: Record<string, unknown>;
}

const file = join(__dirname, '..', '..', 'examples', 'oauth-token-relay.json');

export const relayWorkflow = JSON.parse(readFileSync(file, 'utf8')) as RelayWorkflow;

function parametersOf(name: string) {
	const node = relayWorkflow.nodes.find((each) => each.name === name);
	if (!node) throw new Error(`The relay has no node '${name}'`);
	return node.parameters;
}

/** Works out an expression of the relay; a real n8n does so in the end-to-end tests. */
function evaluate(expression: string | undefined, json: unknown, request?: unknown): unknown {
	const code = /^=\{\{(.*)\}\}$/s.exec(expression ?? '')?.[1] ?? '';
	const $ = () => ({ first: () => ({ json: request }) });
	return runInNewContext(code, { $json: json, $ });
}

/** Whether the relay passes a request on. */
export function isTokenRequest(contentType: string, body: unknown): boolean {
	const [condition] = parametersOf('Is Token Request').conditions?.conditions ?? [];
	const request = { headers: { 'content-type': contentType }, body };
	return evaluate(condition?.leftValue, {}, request) === true;
}

/** The JSON that the relay sends to AutoGPT for a form. */
export function requestBody(form: unknown): string {
	return String(evaluate(parametersOf('Ask AutoGPT').jsonBody, {}, { body: form }));
}

/** What the relay makes of AutoGPT's answer, or of none. */
export function standardAnswer(
	statusCode?: number,
	data = '',
	headers: Record<string, string> = {},
): RelayAnswer {
	const { jsonOutput } = parametersOf('Standard Answer');
	return evaluate(jsonOutput, { statusCode, data, headers }) as RelayAnswer;
}
