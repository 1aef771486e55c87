/**
 * The floors of the house: an arrow goes down only. See docs/architecture.md.
 *
 * What stands in one array may not import each other; each may import all that stand before it.
 */
const CLIENT_FLOORS = [
	['compat'],
	['util'],
	['contract'],
	['connection'],
	['errors'],
	['oauth'],
	['process'],
	['v1'],
	['http'],
	['files', 'schedules', 'runs', 'agents'],
	['inputs'],
];

const folder = (name) => `^client/${name}/`;

const clientFloors = CLIENT_FLOORS.flatMap((floor, level) =>
	floor.map((name) => {
		const neighbours = floor.filter((other) => other !== name);
		const above = CLIENT_FLOORS.slice(level + 1).flat();
		return {
			name: `client-floor-${name}`,
			severity: 'error',
			comment: `client/${name} may use only what lies below it`,
			from: { path: folder(name) },
			to: { path: [...neighbours, ...above].map(folder) },
		};
	}),
).filter(({ to }) => to.path.length > 0);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		{
			name: 'no-cycles',
			severity: 'error',
			comment: 'Files that import each other, types included, cannot be understood one by one',
			from: {},
			to: { circular: true },
		},
		{
			name: 'nothing-left-out',
			severity: 'error',
			comment: 'A file that no node or credential reaches does nothing: register or remove it',
			from: { path: '\\.(node|credentials)\\.ts$' },
			to: {
				path: '^(client|nodes|credentials)/',
				pathNot: '\\.(node|credentials)\\.ts$',
				reachable: false,
			},
		},
		...clientFloors,
		{
			name: 'client-has-floors',
			severity: 'error',
			comment: 'Every file of the client stands on one of its floors; add a new one to the list',
			from: { path: '^client/', pathNot: CLIENT_FLOORS.flat().map(folder) },
			to: {},
		},
		{
			name: 'client-knows-no-nodes',
			severity: 'error',
			comment: 'The client knows nothing of nodes, credentials and tests',
			from: { path: '^client/' },
			to: { path: '^(nodes|credentials|test|scripts)/' },
		},
		{
			name: 'credentials-use-the-client-only',
			severity: 'error',
			from: { path: '^credentials/' },
			to: { path: '^(nodes|test|scripts)/' },
		},
		{
			name: 'nodes-use-no-tests',
			severity: 'error',
			from: { path: '^nodes/' },
			to: { path: '^(credentials|test|scripts)/' },
		},
		{
			name: 'shared-knows-no-node',
			severity: 'error',
			comment: 'What both nodes use knows neither of them',
			from: { path: '^nodes/shared/' },
			to: { path: '^nodes/AutoGpt' },
		},
		{
			name: 'action-knows-no-other-node',
			severity: 'error',
			comment: 'What several nodes need belongs into nodes/shared',
			from: { path: '^nodes/AutoGpt/' },
			to: { path: '^nodes/AutoGpt[A-Z]\\w*/' },
		},
		{
			name: 'trigger-knows-no-other-node',
			severity: 'error',
			comment: 'What several nodes need belongs into nodes/shared',
			from: { path: '^nodes/AutoGptTrigger/' },
			to: { path: '^nodes/AutoGpt(?!Trigger/)\\w*/' },
		},
		{
			name: 'relay-knows-no-other-node',
			severity: 'error',
			comment: 'What several nodes need belongs into nodes/shared',
			from: { path: '^nodes/AutoGptOAuthRelay/' },
			to: { path: '^nodes/AutoGpt(?!OAuthRelay/)\\w*/' },
		},
		{
			name: 'resources-know-no-other',
			severity: 'error',
			comment: 'What several resources need belongs into fields, start, wait or output',
			from: { path: '^nodes/AutoGpt/resources/([^/]+)/' },
			to: { path: '^nodes/AutoGpt/resources/[^/]+/', pathNot: '^nodes/AutoGpt/resources/$1/' },
		},
		{
			name: 'framework-knows-no-operation',
			severity: 'error',
			comment: 'The framework carries out any operation, and knows none',
			from: { path: '^nodes/AutoGpt/framework/' },
			to: { path: '^nodes/AutoGpt/(?!framework/)' },
		},
		{
			name: 'fields-know-no-operation',
			severity: 'error',
			from: { path: '^nodes/AutoGpt/(fields|start|wait|output)/' },
			to: { path: '^nodes/AutoGpt/(resources|methods)/' },
		},
	],
	options: {
		// Types, too: without this option imports of types do not count.
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
		exclude: { path: 'node_modules' },
	},
};
