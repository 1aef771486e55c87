import type { N8nApi } from './api.cts';
import { asArray, asObject, asText, type JsonObject } from './json.cts';

/** A data table of n8n, with columns of text. */
export interface DataTable {
	id: string;
	insert(rows: JsonObject[]): Promise<void>;
	rows(): Promise<JsonObject[]>;
}

/** Makes a data table in the owner's personal project. */
export async function createDataTable(
	{ session }: N8nApi,
	name: string,
	columns: string[],
): Promise<DataTable> {
	const project = asObject(await session.request('GET', '/rest/projects/personal'), 'project');
	const tables = `/rest/projects/${asText(project.id, 'project: id')}/data-tables`;
	const body = { name, columns: columns.map((column) => ({ name: column, type: 'string' })) };
	const table = asObject(await session.request('POST', tables, body), 'data table');
	const id = asText(table.id, 'data table: id');
	return {
		id,
		insert: async (rows) => {
			await session.request('POST', `${tables}/${id}/insert`, { data: rows });
		},
		rows: async () => {
			const answer = asObject(await session.request('GET', `${tables}/${id}/rows`), 'rows');
			return asArray(answer.data, 'rows').map((row) => asObject(row, 'row'));
		},
	};
}
