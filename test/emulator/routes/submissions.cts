import { versionOf } from '../agents-store.cts';
import { noContent, ok, type Call, type Handlers } from '../core.cts';
import { ApiError, invalid, notFound } from '../errors.cts';
import { profileOf, submit } from '../listings.cts';
import { listReply } from '../lists.cts';
import { ownGraph } from '../ownership.cts';
import type { SubmissionRecord } from '../state.cts';
import type { Schemas } from '../types.cts';
import { receiveUpload } from '../uploads.cts';

const LARGEST_MEDIA_BYTES = 10 * 1024 * 1024;

function ownSubmission({ core, principal, params }: Call): SubmissionRecord {
	const record = core.state.submissions.get(params.version_id ?? '');
	if (!record || record.userId !== principal.user.id) {
		throw notFound(`Submission #${params.version_id}`);
	}
	return record;
}

export const submissions: Handlers = {
	getMarketplaceProfile: ({ principal: { user } }) => {
		if (!user.profile) throw notFound('Profile');
		return ok(user.profile);
	},

	updateMarketplaceProfile: (call) => {
		const profile = profileOf(call.principal.user);
		const body = call.body as Schemas['MarketplaceProfileUpdate'];
		profile.name = body.name ?? profile.name;
		profile.username = body.username ?? profile.username;
		profile.description = body.description ?? profile.description;
		profile.links = body.links ?? profile.links;
		if (body.avatar_url !== undefined) profile.avatar_url = body.avatar_url;
		return ok(profile);
	},

	listSubmissions: (call) => {
		const own = [...call.core.state.submissions.values()].filter(
			(record) => record.userId === call.principal.user.id,
		);
		return listReply(call, 'submissions', own.reverse(), ({ submission }) => submission);
	},

	createSubmission: (call) => {
		const body = call.body as Schemas['SubmissionCreate'];
		versionOf(ownGraph(call, body.graph_id), body.graph_version);
		return ok(submit(call.core, call.principal.user.id, body).submission, 201);
	},

	/** Replaces the whole: an optional field that is left out is cleared (section 14). */
	updateSubmission: (call) => {
		const record = ownSubmission(call);
		const body = call.body as Schemas['SubmissionUpdate'];
		if (record.submission.submission_status !== 'PENDING') {
			const loc = ['path', 'version_id'];
			throw invalid([{ type: 'value_error', loc, msg: 'Only a pending one can be edited' }]);
		}
		record.submission = {
			...record.submission,
			name: body.name,
			sub_heading: body.sub_heading,
			description: body.description,
			image_urls: body.image_urls,
			categories: body.categories,
			video_url: body.video_url ?? null,
			agent_output_demo_url: body.agent_output_demo_url ?? null,
			instructions: body.instructions ?? null,
			changes_summary: body.changes_summary ?? null,
		};
		record.recommendedScheduleCron = body.recommended_schedule_cron ?? null;
		return ok(record.submission);
	},

	deleteSubmission: (call) => {
		const { submission } = ownSubmission(call);
		if (submission.submission_status === 'APPROVED') {
			throw new ApiError(403, 'An approved submission cannot be deleted');
		}
		call.core.state.submissions.delete(submission.listing_version_id);
		return noContent;
	},

	uploadSubmissionMedia: async (call) => {
		const { core, principal } = call;
		const upload = await receiveUpload(call, LARGEST_MEDIA_BYTES);
		if (upload.tooLarge) throw new ApiError(core.mode.largeMedia, 'File too large: at most 10 MB');
		const file = core.storage.add(principal.user.id, upload.name, upload);
		// Not a file of the workspace: only its address knows it.
		file.userId = '';
		if (!/^(image|video)\//.test(file.mimeType)) {
			core.storage.remove(file);
			throw new ApiError(400, 'Only pictures and videos can be uploaded');
		}
		return ok({ url: `${core.origin}/media/${file.id}` }, 201);
	},
};
