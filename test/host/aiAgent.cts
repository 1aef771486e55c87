import type { INodeParameters } from 'n8n-workflow';

import {
	chain,
	type CredentialReference,
	type NodeDraft,
	type WorkflowDraft,
} from './workflow.cts';

export const AI_AGENT = 'AI Agent';
export const AI_TRIGGER = 'When clicking ‘Execute workflow’';

export interface AiAgentOptions {
	version: number;
	options?: INodeParameters;
	/** How many items it gets. */
	items?: number;
	/** Credential of a model that speaks OpenAI's chat completions. */
	openAiApi: CredentialReference;
}

/** A workflow of n8n's AI Agent with one tool. */
export function aiAgentWorkflow(agent: AiAgentOptions, tool: NodeDraft): WorkflowDraft {
	const { version, options = {}, items = 1, openAiApi } = agent;
	const model: NodeDraft = {
		name: 'OpenAI Chat Model',
		type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
		typeVersion: 1.3,
		parameters: {
			model: { __rl: true, mode: 'id', value: 'scripted' },
			responsesApiEnabled: false,
			options: { maxRetries: 0 },
		},
		credentials: { openAiApi },
		position: [180, 250],
	};
	const draft = chain('AI agent with a tool', [
		{ name: AI_TRIGGER, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: AI_AGENT,
			type: '@n8n/n8n-nodes-langchain.agent',
			typeVersion: version,
			parameters: { promptType: 'define', text: 'Greet Ada', options },
		},
		model,
		{ ...tool, position: [400, 250] },
	]);
	const toAgent = (type: string) => ({ [type]: [[{ node: AI_AGENT, type, index: 0 }]] });
	return {
		...draft,
		connections: {
			[AI_TRIGGER]: toAgent('main'),
			[model.name]: toAgent('ai_languageModel'),
			[tool.name]: toAgent('ai_tool'),
		},
		...(items > 1 && {
			pinData: { [AI_TRIGGER]: Array.from({ length: items }, () => ({ json: {} })) },
		}),
	};
}
