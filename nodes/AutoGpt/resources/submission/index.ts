import type { Resource } from '../../framework/operation';
import { create } from './create.operation';
import { deleteSubmission } from './delete.operation';
import { getMany } from './getMany.operation';
import { replace } from './replace.operation';
import { uploadMedia } from './uploadMedia.operation';

export const submission: Resource = {
	name: 'Submission',
	value: 'submission',
	description: 'An agent of yours on its way into the AutoGPT marketplace',
	defaultOperation: 'getMany',
	operations: [create, deleteSubmission, getMany, replace, uploadMedia],
};
