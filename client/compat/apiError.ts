import { NodeApiError, type INode } from 'n8n-workflow';

/** Why n8n should or should not try again; see n8n's `failure` of node errors. */
export type Failure = NonNullable<NodeApiError['failure']>;

type Options = NonNullable<ConstructorParameters<typeof NodeApiError>[2]>;

/**
 * n8n's error of an API, with its `failure`: n8n before 2.37 knows no such option and drops it, but
 * the client goes by it. From 2.37 on NodeApiError does.
 */
export class ApiError extends NodeApiError {
	constructor(node: INode, options: Options) {
		super(node, {}, options);
		if (options.failure) this.failure = options.failure;
	}
}
