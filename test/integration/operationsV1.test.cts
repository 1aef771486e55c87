import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

import { resetProcessState } from '../../client/process/processState';
import { resources } from '../../nodes/AutoGpt/resources';
import { startEmulator, type Emulator } from '../emulator/index.cts';
import type * as Hasty from '../harness/hastyWorkflow.cts';
import { trials, World, type Trial } from '../operations/index.cts';
import { perform } from '../operations/reach.cts';

jest.mock('n8n-workflow', () =>
	jest.requireActual<typeof Hasty>('../harness/hastyWorkflow.cts').hastyWorkflow(),
);

const DOCS = readFileSync(join(__dirname, '../../docs/servers.md'), 'utf8');
const LACKS = 'This AutoGPT serves only the older API v1, which cannot ';
const GRAPHS = ['graph.runAndWait', 'graph.start'];
/** Work with the option that names the graph of the run. */
const RUNS = ['run.get', 'run.wait'];
const WORKS = [
	'account.get',
	'block.getMany',
	'block.run',
	'creator.get',
	'creator.getMany',
	'graph.create',
	...GRAPHS,
	'integrationCredential.create',
	'integrationCredential.delete',
	'integrationCredential.getMany',
	'marketplaceAgent.get',
	'marketplaceAgent.getMany',
	'marketplaceAgent.runAndWait',
	...RUNS,
];

const titleOf = ({ use, about }: Trial) => (about ? `${use}: ${about}` : use);

/** On API v1 a graph is named with its version, and a run with its graph. */
function forV1({ use }: Trial, given: INodeParameters, { account }: World): INodeParameters {
	if (GRAPHS.includes(use)) return { graphVersion: '1', ...given };
	const [run] = account.runs();
	return RUNS.includes(use) && run ? { ...given, options: { runGraph: run.graphId } } : given;
}

describe('Every operation on a server with API v1 only', () => {
	let emulator: Emulator;
	/** What each operation cannot do there; `` where it works. */
	const found = new Map<string, string>();

	beforeAll(async () => {
		emulator = await startEmulator({ limits: false, mode: { rateLimitHeaders: false } });
	});

	beforeEach(() => {
		resetProcessState();
		Object.assign(emulator.mode, { version: 'N' });
		emulator.contractViolations.length = 0;
	});

	afterEach(() => {
		expect(emulator.contractViolations.filter((one) => one.startsWith('v1'))).toEqual([]);
	});

	afterAll(async () => await emulator.close());

	it.each(trials.map((trial): [string, Trial] => [titleOf(trial), trial]))(
		'works, or fails before anything is sent: %s',
		async (_, trial) => {
			const world = new World(emulator);
			const given = await trial.given(world);
			const parameters = forV1(trial, given, world);
			Object.assign(emulator.mode, { version: 'none' });
			emulator.requests.length = 0;
			const { error, items } = await perform(world, trial, parameters);
			const sent = emulator.requests.filter(
				({ method, path }) => method !== 'GET' && path.includes('/v1/'),
			);
			if (WORKS.includes(trial.use)) {
				expect([error?.message, error?.description]).toEqual([undefined, undefined]);
				expect(items.length).toBeGreaterThan(0);
				found.set(trial.use, '');
				return;
			}
			expect(sent).toEqual([]);
			expect(error?.message).toContain(LACKS);
			expect(error?.description).toContain('Nothing was sent');
			const cannot = error?.message.split(LACKS)[1] ?? '';
			found.set(trial.use, [found.get(trial.use), cannot].find(Boolean) ?? '');
		},
	);

	test('is in the table of the documentation where it works, and nowhere else', () => {
		const rows = resources.flatMap((resource) =>
			resource.operations.flatMap(({ name, value }) => {
				const use = `${resource.value}.${value}`;
				return found.get(use) === '' ? [`${resource.name} > ${name}`] : [];
			}),
		);
		const [, table = ''] = DOCS.split('## What works on API v1');
		const [documented = ''] = table.split('\n## ');
		expect([...documented.matchAll(/^\| (\S.* > .*?) \|/gm)].map(([, row]) => row)).toEqual(rows);
	});
});
