import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { titleOf, readReviews } from '../../../client/runs/reviews';
import { fieldsOfReview } from '../../../client/inputs/reviewData';
import { clientFor } from '../../shared/rows';
import { fieldsFor } from './inputFields';
import { chosenIn, escapeHtml, noticeForm } from './inputForm';

const OR_JSON = "or use 'Edited Data' (JSON) under 'Additional Fields'";

/** Makes the form for the data that the chosen review shows. */
export async function getReviewData(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const id = chosenIn(this, 'reviewId');
	if (!id) {
		return noticeForm(
			`Choose a review that waits, and refresh this form. Where an expression chooses it, first execute the node before this one, ${OR_JSON}.`,
		);
	}
	const reviews = await readReviews(await clientFor(this), { status: 'WAITING' });
	const review = reviews.find(({ node_exec_id }) => node_exec_id === id);
	if (!review) {
		return noticeForm(`Review '${id}' does not wait any more. Choose one that does, ${OR_JSON}.`);
	}
	if (!review.editable)
		return noticeForm(`The data of review ${titleOf(review)} cannot be edited.`);
	return {
		fields: fieldsFor(fieldsOfReview(review)),
		emptyFieldsNotice: escapeHtml(`Review ${titleOf(review)} shows no data to edit.`),
	};
}
