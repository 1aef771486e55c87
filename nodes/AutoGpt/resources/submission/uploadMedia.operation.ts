import { LARGEST_MEDIA_BYTES, uploadMedia as upload } from '../../../../client/files/media';
import type { ItemOperation } from '../../framework/operation';
import { openBinary } from '../../start/binaryInput';

export const uploadMedia: ItemOperation = {
	name: 'Upload Media',
	value: 'uploadMedia',
	action: 'Upload media for submission',
	description: 'Upload a picture or video, up to 10 MB, and get its address for a submission',
	fields: [
		{
			displayName: 'Input Data Field Name',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			required: true,
			placeholder: 'e.g. data',
			hint: 'The name of the input binary field containing the file to be uploaded',
		},
	],
	perItem: async (item) => {
		const field = item.value('binaryPropertyName');
		const { name, mimeType, open } = await openBinary(item, field);
		const { content, size } = await open();
		if (size > LARGEST_MEDIA_BYTES) {
			throw item.failure(
				`'${name}' has ${Math.ceil(size / 1024 / 1024)} MB`,
				'AutoGPT takes pictures and videos up to 10 MB for the marketplace. Use a smaller file.',
			);
		}
		return { json: { url: await upload(item.client, { name, mimeType, size, content }) } };
	},
};
