import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type ResourceMapperField,
} from 'n8n-workflow';

// With its extension: AutoGpt.node.json lies beside it.
import { AutoGpt } from '../../nodes/AutoGpt/AutoGpt.node.ts';
import { rl } from './locator.cts';

const { description } = new AutoGpt();

/** What n8n's editor stores for a form that nobody has touched. */
export function freshValues(
	fields: ResourceMapperField[],
): Record<string, string | number | boolean | null> {
	const initial = ({ removed, defaultValue, type }: ResourceMapperField) => {
		if (removed) return null;
		return defaultValue ?? (type === 'boolean' ? false : null);
	};
	return Object.fromEntries(fields.map((field) => [field.id, initial(field)]));
}

/** What n8n has against executing a node with a form, for which it would refuse to. */
export function formIssues(
	fields: ResourceMapperField[],
	value: Record<string, unknown> = freshValues(fields),
): string[] {
	const parameters = {
		...{ authentication: 'apiKey', resource: 'block', operation: 'run', inputsMode: 'form' },
		blockId: rl('block'),
		inputs: { mappingMode: 'defineBelow', matchingColumns: [], value, schema: fields },
	} as unknown as INodeParameters;
	const node: INode = {
		...{ id: 'node', name: 'AutoGPT', type: 'autoGpt', typeVersion: 1, position: [0, 0] },
		parameters,
	};
	const properties: INodeProperties[] = description.properties;
	const issues = NodeHelpers.getNodeParametersIssues(properties, node, description);
	return Object.values(issues?.parameters ?? {}).flat();
}
