import {
	NodeApiError,
	type IBinaryData,
	type IBinaryKeyData,
	type IExecuteFunctions,
	type IPollFunctions,
} from 'n8n-workflow';

import type { AutoGptClient } from '../../client/http/client';
import { mapBounded } from '../../client/util/concurrency';
import { isObject } from '../../client/util/json';
import { downloadFile, fileIdOf, isFileReference } from '../../client/files/files';
import { allValues, lastValues } from '../../client/runs/results';
import { isFinal } from '../../client/runs/runs';
import type { RunDetails } from '../../client/contract/types';
import type { Output, RunShape } from './output';

const DOWNLOAD_CONCURRENCY = 3;

/** Where files come from and where they go. */
export interface FileTarget {
	client: AutoGptClient;
	functions: Pick<IExecuteFunctions | IPollFunctions, 'helpers'>;
}

/** Downloads a file of the workspace into n8n's binary data, as a stream. */
export async function downloadToBinary(target: FileTarget, fileId: string): Promise<IBinaryData> {
	const { client, functions } = target;
	const { stream, name, mimeType } = await downloadFile(client, fileId);
	try {
		return await functions.helpers.prepareBinaryData(stream, name ?? fileId, mimeType);
	} catch (error) {
		throw client.error({
			message: `File '${fileId}' broke off while it was downloaded`,
			description: error instanceof Error ? error.message : '',
			outcome: 'unknown',
			failure: { cause: 'temporarily-unavailable' },
		});
	}
}

interface FoundFile {
	/** Name of the binary field. */
	field: string;
	output: string;
	reference: string;
}

/** References in a value, each with its path. The entries of a plain list share their list's. */
function referencesIn(value: unknown, path: string): Array<[path: string, reference: string]> {
	if (isFileReference(value)) return [[path, value]];
	if (Array.isArray(value)) {
		return value.flatMap((one: unknown, index) =>
			referencesIn(one, isObject(one) ? `${path}_${index}` : path),
		);
	}
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, one]) => referencesIn(one, `${path}_${key}`));
}

/** Names the binary fields: by path, then `path_2`, `path_3`, …; no name twice. */
function nameFiles(values: Array<[string, unknown]>): FoundFile[] {
	const taken = new Set<string>();
	return values.flatMap(([output, value]) =>
		referencesIn(value, output).map(([path, reference]) => {
			let field = path;
			for (let number = 2; taken.has(field); number++) field = `${path}_${number}`;
			taken.add(field);
			return { field, output, reference };
		}),
	);
}

/** The output values that one item has. */
function valuesOf(
	{ json }: Output,
	run: RunDetails,
	{ form, allValues: takesAll }: RunShape,
): Array<[string, unknown]> {
	// A run that is not finished is one item, whatever the form.
	if (form === 'itemPerValue' && isFinal(run)) return [[String(json.output), json.value]];
	return Object.entries(takesAll ? allValues(run) : lastValues(run));
}

async function fetched(
	target: FileTarget,
	run: RunDetails,
	found: FoundFile,
): Promise<IBinaryData> {
	try {
		return await downloadToBinary(target, fileIdOf(found.reference));
	} catch (error) {
		if (!(error instanceof NodeApiError)) {
			throw target.client.error({
				message: 'A file could not be downloaded',
				description: String(error),
				outcome: 'refused',
			});
		}
		throw target.client.error({
			message: `${error.message} (output '${found.output}')`,
			description: `Run '${run.id}' itself has come to its end: Run > Get returns its outputs. ${error.description ?? ''}`,
			status: error.httpCode === null ? undefined : Number(error.httpCode),
			outcome: 'refused',
			failure: error.failure,
		});
	}
}

/**
 * Downloads the files among a run's outputs, also those within objects and lists, into binary
 * fields that are named by the output and the path in it: `report`, `report_pages_0_image`
 * (contract: behaviour.md section 12).
 *
 * @throws PlatformError that names the output whose file could not be had
 */
export async function attachRunFiles<O extends Output>(
	target: FileTarget,
	run: RunDetails,
	outputs: O[],
	shape: RunShape,
): Promise<O[]> {
	return await mapBounded(outputs, 1, async (output): Promise<O> => {
		const files = nameFiles(valuesOf(output, run, shape));
		if (files.length === 0) return output;
		const contents = await mapBounded(
			files,
			DOWNLOAD_CONCURRENCY,
			async (found): Promise<[string, IBinaryData]> => [
				found.field,
				await fetched(target, run, found),
			],
		);
		const binary: IBinaryKeyData = { ...output.binary, ...Object.fromEntries(contents) };
		return { ...output, binary };
	});
}
