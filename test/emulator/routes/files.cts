import { noContent, ok, type Call, type Handlers } from '../core.cts';
import { signedUrl, contentHeaders } from '../downloads.cts';
import { ApiError, notFound } from '../errors.cts';
import { listReply } from '../lists.cts';
import type { FileRecord } from '../state.cts';
import { fileUri, fileView } from '../storage.cts';
import { receiveUpload, type Upload } from '../uploads.cts';

/** Files belong to the user, across organizations (section 3). */
function ownFile({ core, principal, params }: Call): FileRecord {
	const file = core.state.files.get(params.file_id ?? '');
	if (!file || file.deleted || file.userId !== principal.user.id) {
		throw notFound(`File #${params.file_id}`);
	}
	return file;
}

function checkUpload(call: Call, upload: Upload): FileRecord | undefined {
	const { mode, storage } = call.core;
	const userId = call.principal.user.id;
	if (upload.tooLarge) throw new ApiError(413, 'File exceeds the size limit');
	const files = storage.of(userId);
	const same = files.find((file) => file.name === upload.name);
	const used = files.reduce((sum, file) => sum + file.sizeBytes, 0) - (same?.sizeBytes ?? 0);
	if (used + upload.sizeBytes > mode.fileQuotaBytes) {
		throw new ApiError(413, 'Storage quota exceeded');
	}
	if (mode.virusScanner === 'down') throw new ApiError(500, 'Virus scan failed');
	if (upload.virus) throw new ApiError(400, 'A virus was found in the file');
	if (same && call.query.overwrite !== true) {
		throw new ApiError(409, `A file named ${upload.name} exists`);
	}
	return same;
}

export const files: Handlers = {
	listFiles: (call) => {
		const own = call.core.storage.of(call.principal.user.id).reverse();
		return listReply(call, 'files', own, fileView);
	},

	uploadFile: async (call) => {
		const { mode, storage } = call.core;
		const upload = await receiveUpload(call, mode.fileCapBytes);
		let replaced: FileRecord | undefined;
		try {
			replaced = checkUpload(call, upload);
		} catch (error) {
			storage.discard(upload.content);
			throw error;
		}
		if (replaced) storage.remove(replaced);
		const file = storage.add(call.principal.user.id, upload.name, upload);
		if (mode.uploads === 'new') return ok({ ...fileView(file), file_uri: fileUri(file) }, 201);
		return ok({
			file_uri: fileUri(file),
			file_name: file.name,
			size: file.sizeBytes,
			content_type: file.mimeType,
			expires_in_hours: 24,
		});
	},

	getFile: (call) => ok(fileView(ownFile(call))),

	deleteFile: (call) => {
		call.core.storage.remove(ownFile(call));
		return noContent;
	},

	downloadFile: (call) => {
		const { core } = call;
		const file = ownFile(call);
		if (core.mode.downloads === 'redirect') {
			return { status: 302, headers: { Location: signedUrl(core, file) } };
		}
		return { status: 200, headers: contentHeaders(file), stream: core.storage.open(file) };
	},
};
