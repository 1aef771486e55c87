import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

import { resources } from '../../nodes/AutoGpt/resources';
import { startForTrials, trials, World } from '../operations/index.cts';
import { perform } from '../operations/reach.cts';

/** API operations that no operation of the node reaches, each with the reason. */
const LEFT_OUT: Record<string, string> = {};

interface Contract {
	paths: Record<string, Record<string, { operationId?: string }>>;
}

function operationsOfContract(): string[] {
	const text = readFileSync(resolve(__dirname, '../../contract/openapi.yaml'), 'utf8');
	const { paths } = parse(text) as Contract;
	return Object.values(paths)
		.flatMap((path) => Object.values(path))
		.flatMap(({ operationId }) => operationId ?? []);
}

const uses = resources.flatMap(({ value, operations }) =>
	operations.map((operation) => `${value}.${operation.value}`),
);

describe('The node and the contract', () => {
	it('every operation of the node is tried, and nothing else', () => {
		expect([...new Set(trials.map(({ use }) => use))].sort()).toEqual([...uses].sort());
	});

	it('every operation of the API is reached by one of the node, and the other way round', async () => {
		const emulator = await startForTrials();
		const reached = new Set<string>();
		try {
			for (const trial of trials) {
				const world = new World(emulator);
				const { calls, error } = await perform(world, trial, await trial.given(world));
				expect([trial.use, error?.message]).toEqual([trial.use, undefined]);
				expect([trial.use, calls.length > 0]).toEqual([trial.use, true]);
				calls.forEach((name) => reached.add(name));
			}
			expect(emulator.contractViolations).toEqual([]);
		} finally {
			await emulator.close();
		}
		const contract = operationsOfContract();
		expect(contract.length).toBeGreaterThan(60);
		const missing = contract.filter((name) => !reached.has(name));
		expect(missing.sort()).toEqual(Object.keys(LEFT_OUT).sort());
	});
});
