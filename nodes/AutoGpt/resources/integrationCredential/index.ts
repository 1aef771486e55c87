import type { Resource } from '../../framework/operation';
import { create } from './create.operation';
import { deleteCredential } from './delete.operation';
import { getMany } from './getMany.operation';

export const integrationCredential: Resource = {
	name: 'Integration Credential',
	value: 'integrationCredential',
	description: 'A credential of another service that AutoGPT keeps for your agents',
	defaultOperation: 'getMany',
	operations: [create, deleteCredential, getMany],
};
