import type { IDataObject } from 'n8n-workflow';

import { fileUriOf } from '../../../client/files/files';
import type { WorkspaceFile } from '../../../client/contract/types';
import type { Output } from '../framework/operation';

/** A file as it is returned, with the reference that file inputs of agents take. */
export function shapeFile(file: WorkspaceFile): Output {
	return { json: { file_uri: fileUriOf(file), ...(file as IDataObject) } };
}
