import type { IDataObject } from 'n8n-workflow';

import { fileUriOf } from '../../../client/files/files';
import { readList } from '../../../client/http/pages';
import type { WorkspaceFile } from '../../../client/contract/types';
import { readCompleteList } from '../completeList';
import { eventKind, eventOf, type TriggerEvent } from '../event';
import type { Source } from '../round';
import { compareRows, restoreRows, type RowState } from '../rows';
import { newestOf, timeOf } from '../times';

function fileEvent(file: WorkspaceFile): TriggerEvent {
	return eventOf('file.added', [file.id], {
		file_uri: fileUriOf(file),
		...(file as unknown as IDataObject),
	});
}

const files: Source<RowState, TriggerEvent[]> = {
	slot: 'files',
	restore: restoreRows,
	read: async (poll, before, isOtherAccount) => {
		const { rows, isComplete } = await readCompleteList(
			poll.client,
			'listFiles',
			{},
			{ idOf: ({ id }) => id, growsAtHead: false, isOutOfTime: poll.isListTimeOver },
		);
		const timed = rows.map((file) => ({ id: file.id, at: timeOf(file.created_at), file }));
		const now = poll.serverBegan;
		const { fresh, state } = compareRows(before, { now, rows: timed, isComplete, isOtherAccount });
		return { state, found: fresh.map(({ file }) => fileEvent(file)) };
	},
};

export const fileAdded = eventKind({
	value: 'fileAdded',
	option: { name: 'File Added', description: 'A file was uploaded, or made by an agent' },
	howToGetOne: 'upload a file to AutoGPT',
	place: 'others',
	isOfRuns: false,
	poll: async (round) => await round.read(files),
	sample: async (poll) => {
		const rows = await readList(poll.client, 'listFiles', {});
		const file = newestOf(rows, ({ created_at }) => created_at);
		return file && fileEvent(file);
	},
});
