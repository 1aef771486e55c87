/** Uploads or downloads one file through the node, asked by `files.cts`. */
import '../harness/userFolder.cts';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import type { IBinaryData, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { answerParent } from './children.cts';
import { builtNode } from './node.cts';
import { runWorkflow } from './workflow.cts';

export interface FileJob {
	baseUrl: string;
	apiKey: string;
	/** A file to download; without it one is uploaded. */
	fileId?: string;
	/** Name and size of the file to upload. */
	name: string;
	bytes: number;
}

/** The container from which n8n's core takes its services. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get<T>(type: new (...parts: never[]) => T): T };
};

const NODE = 'n8n-nodes-autogpt.autoGpt';
const CHUNK_BYTES = 64 * 1024;

/** Has n8n keep binary data on disk, as it does by default. */
async function keepOnDisk(): Promise<BinaryDataService> {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-autogpt-bench-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	process.once('SIGTERM', () => process.exit());
	Object.assign(Container.get(BinaryDataConfig), {
		mode: 'filesystem',
		availableModes: ['filesystem'],
		localStoragePath: folder,
	});
	const service = Container.get(BinaryDataService);
	await service.init();
	return service;
}

function* chunks(bytes: number): Generator<Buffer> {
	for (let sent = 0; sent < bytes; sent += CHUNK_BYTES) {
		yield Buffer.alloc(Math.min(CHUNK_BYTES, bytes - sent), sent % 251);
	}
}

async function store(service: BinaryDataService, { name, bytes }: FileJob): Promise<IBinaryData> {
	return await service.store(
		{ type: 'execution', workflowId: 'workflow-1', executionId: 'execution-1' },
		Readable.from(chunks(bytes)),
		{ data: '', mimeType: 'application/zip', fileName: name },
	);
}

async function perform(
	{ baseUrl, apiKey, fileId }: FileJob,
	items: INodeExecutionData[],
): Promise<number> {
	const operation: INodeParameters = fileId
		? { operation: 'download', fileId: { __rl: true, mode: 'id', value: fileId } }
		: { operation: 'upload' };
	const counts = await runWorkflow({
		types: { [NODE]: builtNode() },
		steps: [{ name: 'AutoGPT', type: NODE, parameters: { resource: 'file', ...operation } }],
		credential: { apiKey, baseUrl },
		items,
	});
	return counts.get('AutoGPT') ?? 0;
}

answerParent<FileJob>(async (job) => {
	const service = await keepOnDisk();
	const items = async (some: FileJob) => [
		{ json: {}, ...(some.fileId ? {} : { binary: { data: await store(service, some) } }) },
	];
	const small = { ...job, name: `small-${job.name}`, bytes: 1024 };
	if (!job.fileId) await perform(small, await items(small));
	const given = await items(job);
	return async () => await perform(job, given);
});
