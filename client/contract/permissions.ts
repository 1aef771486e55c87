/** What an API key or an app may be allowed to do (contract: behaviour.md section 3). */
export const PERMISSIONS: ReadonlyArray<{ value: string; name: string; everyday: boolean }> = [
	{ value: 'IDENTITY', name: 'Account: Read', everyday: true },
	{ value: 'READ_BLOCK', name: 'Blocks: Read', everyday: true },
	{ value: 'READ_CREDITS', name: 'Credits: Read', everyday: true },
	{ value: 'READ_FILES', name: 'Files: Read', everyday: true },
	{ value: 'WRITE_FILES', name: 'Files: Upload and Delete', everyday: true },
	{ value: 'READ_GRAPH', name: 'Graphs: Read', everyday: true },
	{ value: 'WRITE_GRAPH', name: 'Graphs: Write', everyday: false },
	{ value: 'MANAGE_INTEGRATIONS', name: 'Integrations: Add', everyday: false },
	{ value: 'DELETE_INTEGRATIONS', name: 'Integrations: Delete', everyday: false },
	{ value: 'READ_INTEGRATIONS', name: 'Integrations: Read', everyday: true },
	{ value: 'READ_LIBRARY', name: 'Library: Read', everyday: true },
	{ value: 'WRITE_LIBRARY', name: 'Library: Write', everyday: true },
	{ value: 'READ_STORE', name: 'Marketplace: Read Own Profile', everyday: false },
	{ value: 'WRITE_STORE', name: 'Marketplace: Write Own Profile', everyday: false },
	{ value: 'WRITE_RUN_REVIEW', name: 'Reviews: Answer', everyday: true },
	{ value: 'READ_RUN_REVIEW', name: 'Reviews: Read', everyday: true },
	{ value: 'READ_RUN', name: 'Runs: Read', everyday: true },
	{ value: 'SHARE_RUN', name: 'Runs: Share', everyday: false },
	{ value: 'RUN_AGENT', name: 'Runs: Start', everyday: true },
	{ value: 'WRITE_RUN', name: 'Runs: Stop and Delete', everyday: true },
	{ value: 'READ_SCHEDULE', name: 'Schedules: Read', everyday: true },
	{ value: 'WRITE_SCHEDULE', name: 'Schedules: Write', everyday: true },
];

/** What the nodes need in everyday work. */
export const EVERYDAY_PERMISSIONS = PERMISSIONS.filter(({ everyday }) => everyday).map(
	({ value }) => value,
);
