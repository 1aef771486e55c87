import type { INode } from 'n8n-workflow';

/** Whether a node is the tool that n8n makes of this one for AI agents. */
export function isToolNode({ type }: Pick<INode, 'type'>): boolean {
	return type.endsWith('Tool');
}
