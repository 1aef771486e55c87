/** What an API key or an app may be allowed to do. */
export interface Permission {
	/** As AutoGPT's messages and its OAuth2 scopes write it. */
	value: string;
	/** As AutoGPT's own dialog for API keys shows it. */
	name: string;
	/** What it allows, for people. */
	description: string;
	/** Whether the nodes need it in everyday work. */
	everyday: boolean;
}

/** `RUN_AGENT` becomes `Run Agent`. */
function nameOf(value: string): string {
	return value
		.toLowerCase()
		.split('_')
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join(' ');
}

function everyday(value: string, description: string): Permission {
	return { value, name: nameOf(value), description, everyday: true };
}

function seldom(value: string, description: string): Permission {
	return { value, name: nameOf(value), description, everyday: false };
}

/** All permissions, in the order of their names (contract: behaviour.md section 3). */
export const PERMISSIONS: readonly Permission[] = [
	seldom('DELETE_INTEGRATIONS', 'Delete integration credentials'),
	everyday('IDENTITY', 'Show whose account it is'),
	seldom('MANAGE_INTEGRATIONS', 'Add integration credentials'),
	everyday('READ_BLOCK', 'List blocks'),
	everyday('READ_CREDITS', 'Read the balance, costs and invoices'),
	everyday('READ_FILES', 'List and download files'),
	everyday('READ_GRAPH', 'Read graphs and their versions'),
	everyday('READ_INTEGRATIONS', 'List integration credentials, and what agents need of them'),
	everyday('READ_LIBRARY', 'Pick agents from lists, read their inputs, list folders'),
	everyday('READ_RUN', 'List, read and wait for runs'),
	everyday('READ_RUN_REVIEW', 'List reviews'),
	everyday('READ_SCHEDULE', 'List schedules'),
	seldom('READ_STORE', 'Read your own marketplace profile and submissions'),
	everyday('RUN_AGENT', 'Start agents, and create schedules'),
	seldom('SHARE_RUN', 'Share runs by a link'),
	everyday('WRITE_FILES', 'Upload and delete files'),
	seldom('WRITE_GRAPH', 'Create and change graphs'),
	everyday('WRITE_LIBRARY', 'Change and delete agents and folders'),
	everyday('WRITE_RUN', 'Stop and delete runs'),
	everyday('WRITE_RUN_REVIEW', 'Answer reviews'),
	everyday('WRITE_SCHEDULE', 'Create and delete schedules'),
	seldom('WRITE_STORE', 'Change your own marketplace profile and submissions'),
];

/** What the nodes need in everyday work. */
export const EVERYDAY_PERMISSIONS: readonly string[] = PERMISSIONS.filter(
	(permission) => permission.everyday,
).map(({ value }) => value);

/** A permission as people and AutoGPT's messages name it, for example `Run Agent (RUN_AGENT)`. */
export function permissionWords(value: string): string {
	return `${nameOf(value)} (${value})`;
}
