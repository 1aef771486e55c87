import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { withToolOutput } from './simplify';
import type { Operation, Resource } from './operation';

function resourceField(resources: Resource[]): INodeProperties {
	return {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map(({ name, value, description }) => ({ name, value, description })),
		default: 'agent',
	};
}

function operationField({
	value: resource,
	operations,
	defaultOperation,
}: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ name, value, action, description }) => ({
			name,
			value,
			action,
			description,
		})),
		default: defaultOperation,
	};
}

/** n8n shows such a field's label as a box of text. */
function noticeField(displayName: string): INodeProperties {
	return { displayName, name: 'notice', type: 'notice', default: '' };
}

function fieldsOf(resource: Resource, operation: Operation): INodeProperties[] {
	const show = { resource: [resource.value], operation: [operation.value] };
	const { fields, notice, rawFields = [] } = operation;
	return updateDisplayOptions({ show }, [
		...(notice === undefined ? [] : [noticeField(notice)]),
		...fields.flatMap((field) => withToolOutput(field, rawFields)),
	]);
}

/** All fields of the node: the resource, its operations, and what each operation asks for. */
export function describeResources(resources: Resource[]): INodeProperties[] {
	return [
		resourceField(resources),
		...resources.map(operationField),
		...resources.flatMap((resource) =>
			resource.operations.flatMap((operation) => fieldsOf(resource, operation)),
		),
	];
}

/** The operation that the user chose; undefined for one that this version does not know. */
export function findOperation(
	resources: Resource[],
	resource: string,
	operation: string,
): Operation | undefined {
	return resources
		.find(({ value }) => value === resource)
		?.operations.find(({ value }) => value === operation);
}
