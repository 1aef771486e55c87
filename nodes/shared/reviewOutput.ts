import type { IDataObject } from 'n8n-workflow';

import type { Review } from '../../client/contract/types';

/**
 * A review with its ID under the name that people look for. AutoGPT calls it `node_exec_id`
 * (contract: behaviour.md section 10).
 */
export function withReviewId(review: Review): IDataObject {
	return { review_id: review.node_exec_id, ...review } as unknown as IDataObject;
}
