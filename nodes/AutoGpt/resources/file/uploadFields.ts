import type { INodeProperties } from 'n8n-workflow';

/** What Upload asks for. */
export const uploadFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'binary',
		description: 'Where the content of the file comes from',
		options: [
			{
				name: 'Binary Data',
				value: 'binary',
				description: 'A file that an earlier node returned',
			},
			{ name: 'Text', value: 'text', description: 'A text, written to a file as UTF-8' },
			{
				name: 'URL',
				value: 'url',
				description: 'A file on the web that anybody may fetch',
			},
		],
	},
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the input binary field containing the file to be uploaded',
		displayOptions: { show: { source: ['binary'] } },
	},
	{
		displayName: 'Text',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. Minutes of Monday…',
		description: 'Content of the file',
		displayOptions: { show: { source: ['text'] } },
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/minutes.pdf',
		description:
			"Address of the file, which n8n fetches without a credential. Where it takes one, fetch it by an HTTP Request node and choose 'Binary Data'.",
		displayOptions: { show: { source: ['url'] } },
	},
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. minutes.txt',
		description:
			'Name of the file in AutoGPT, which takes its type from the ending. There are no folders. For binary data and URLs, empty keeps the name of the file.',
	},
	{
		displayName: 'If File Exists',
		name: 'ifFileExists',
		type: 'options',
		default: 'fail',
		description: 'What to do when AutoGPT has a file of that name',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Upload nothing, and let the item fail' },
			{
				name: 'Rename',
				value: 'rename',
				description: "Upload under the next free name, such as 'minutes (2).txt'",
			},
			{
				name: 'Replace',
				value: 'replace',
				description:
					'Put the new file in its place. It gets a new ID: references to the old one lead nowhere then.',
			},
		],
	},
];
