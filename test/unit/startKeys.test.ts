import type { INode } from 'n8n-workflow';

import type { Connection, N8nFunctions } from '../../client/connection/connection';
import { PlatformError, type PlatformFault } from '../../client/errors/platformError';
import { AutoGptClient } from '../../client/http/client';
import type { LibraryAgent, Run } from '../../client/contract/types';
import { surelyDiffer } from '../../client/runs/inputsCompared';
import { attemptOf, contentOf, sentKey, startKey } from '../../client/runs/keys';
import { explainOwnKey, otherRun } from '../../client/runs/ownKeys';

const node = { name: 'AutoGPT' } as INode;
const client = new AutoGptClient(
	{ getNode: () => node } as N8nFunctions,
	{
		secrets: [],
	} as unknown as Connection,
);

describe('The key of a start', () => {
	const origin = ['instance', 'workflow', 'execution', 'node', 0, 0];

	it('is the same for the same start, whatever the order of its inputs', () => {
		const key = startKey(origin, 'agent', { inputs: { a: 1, b: 2 } });
		expect(startKey([...origin], 'agent', { inputs: { b: 2, a: 1 } })).toBe(key);
		expect(key).toMatch(/^n8n-[0-9a-f]{64}$/);
	});

	it('is another for each part of its origin, another agent and other inputs', () => {
		const keys = [
			startKey(origin, 'agent', {}),
			...origin.map((_, index) =>
				startKey(
					origin.map((part, other) => (other === index ? 'other' : part)),
					'agent',
					{},
				),
			),
			startKey(origin, 'other', {}),
			startKey(origin, 'agent', { inputs: {} }),
		];
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('knows an attempt by its origin and agent, and a content by agent and body', () => {
		expect(attemptOf(origin, 'agent')).toBe(attemptOf([...origin], 'agent'));
		expect(attemptOf(origin, 'agent')).not.toBe(attemptOf(origin, 'other'));
		expect(attemptOf(['a'], 'agent')).not.toBe(attemptOf(['b'], 'agent'));
		expect(contentOf('agent', { a: 1 })).toBe(contentOf('agent', { a: 1 }));
		expect(contentOf('agent', { a: 1 })).not.toBe(contentOf('agent', { a: 2 }));
		expect(contentOf('agent', {})).not.toBe(contentOf('other', {}));
	});

	it.each(['order-1', ' a ~', 'x'.repeat(255)])('of a user goes out as it is: %s', (key) => {
		expect(sentKey(key)).toBe(key);
	});

	it.each(['', 'заказ-1', 'order\n1', 'order-1é', '\u007f', 'x'.repeat(256)])(
		'of a user goes out as a digest: %j',
		(key) => {
			expect(sentKey(key)).toMatch(/^n8n-own-[0-9a-f]{64}$/);
			expect(sentKey(key)).not.toBe(sentKey(`${key}2`));
		},
	);
});

function agentWith(properties: object): LibraryAgent {
	return { input_schema: { properties } } as unknown as LibraryAgent;
}

describe('Inputs of a run beside those that were sent', () => {
	const differ = (property: unknown, stored: unknown, sent: unknown) =>
		surelyDiffer({ a: stored }, { a: sent }, agentWith({ a: property }));

	it.each([
		[{ type: 'string' }, 'one', 'two'],
		[{ type: 'string', format: 'short-text' }, 'one', 'two'],
		[{ type: 'string', format: 'long-text' }, 'one', 'two'],
		[{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'one', 'two'],
		[{ oneOf: [{ type: 'string' }] }, 'one', 'two'],
		[{ anyOf: [null, { type: 'string' }] }, 'one', 'two'],
		[{ type: ['string', 'null'] }, 'one', 'two'],
		[{}, 'one', 'two'],
		[{ title: 'Any' }, 'one', 'two'],
		[{ type: 'number' }, 1, 2],
		[{ type: 'integer' }, 2, 1],
		[{ anyOf: [{ type: 'integer' }, { type: 'number' }] }, 1, 2],
		[{ type: 'boolean' }, true, false],
	])('surely differ by %j: %j and %j', (property, stored, sent) => {
		expect(differ(property, stored, sent)).toBe(true);
	});

	it.each([
		[{ type: 'string' }, 'one', 'one'],
		[{ type: 'string' }, ' One\r\ntwo!', ' One\ntwo'],
		[{ type: 'string' }, 'u\u0308', '\u00fc'],
		[{ type: 'string' }, 'one', 1],
		[{ type: 'string' }, 1, 'one'],
		[{ type: 'string', format: 'date' }, '2026-01-01', '2026-01-01T00:00'],
		[{ type: 'string', format: 'date' }, 'one', 'two'],
		[{ anyOf: [{ type: 'string', format: 'date' }] }, 'one', 'two'],
		[{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, 'one', 'two'],
		[{ type: 'object' }, 'one', 'two'],
		[{ type: 'null' }, 'one', 'two'],
		[{ format: 'date' }, 'one', 'two'],
		[{}, 1, 2],
		['text', 'one', 'two'],
		[undefined, 'one', 'two'],
		[{ type: 'number' }, 1, 1.9],
		[{ type: 'number' }, 1.9, 1],
		[{ type: 'number' }, '1', 5],
		[{ type: 'number' }, '1', '5'],
		[{ type: 'boolean' }, 1, 5],
		[{ type: 'number' }, 1, '5'],
		[{ type: 'boolean' }, true, true],
		[{ type: 'boolean' }, 'true', false],
		[{ type: 'boolean' }, true, 'false'],
		[{ anyOf: [{ type: 'boolean' }, { type: 'number' }] }, 1, 2],
	])('may be the same by %j: %j and %j', (property, stored, sent) => {
		expect(differ(property, stored, sent)).toBe(false);
	});

	it('differ by a whole number, and by no less', () => {
		expect(differ({ type: 'number' }, 1, 2)).toBe(true);
		expect(differ({ type: 'number' }, 1, 1.999)).toBe(false);
	});

	it('tell nothing where they are not shown, not known or not read', () => {
		const text = agentWith({ a: { type: 'string' }, b: { type: 'string' } });
		expect(surelyDiffer(null, { a: 'one' }, text)).toBe(false);
		expect(surelyDiffer({ a: 'two' }, { a: 'one' }, undefined)).toBe(false);
		expect(surelyDiffer({ a: 'two' }, {}, text)).toBe(false);
		expect(surelyDiffer({}, { a: 'one' }, text)).toBe(false);
		expect(surelyDiffer({ x: 'two' }, { x: 'one' }, text)).toBe(false);
		// A name that every object has is no input of the agent.
		expect(surelyDiffer({ toString: 'two' }, { toString: 'one' }, text)).toBe(false);
		expect(surelyDiffer({ a: 'one', b: 'two' }, { a: 'one', b: 'one' }, text)).toBe(true);
		const withoutInputs = { input_schema: {} } as unknown as LibraryAgent;
		expect(surelyDiffer({ a: 'two' }, { a: 'one' }, withoutInputs)).toBe(false);
	});
});

describe("A user's own key", () => {
	const agent = agentWith({ a: { type: 'string' } });
	const run = { id: 'run-1', graph_id: 'graph-1', inputs: { a: 'one' } } as unknown as Run;
	const start = { agent, graphId: 'graph-1', body: { inputs: { a: 'one' } }, isOwnKey: true };

	it('gives the run of the same start', () => {
		expect(otherRun(client, start, run)).toBeUndefined();
		expect(otherRun(client, { ...start, graphId: undefined }, run)).toBeUndefined();
		expect(otherRun(client, { ...start, body: {} }, run)).toBeUndefined();
	});

	it('is refused where its run is of another agent, or surely has other inputs', () => {
		const ofAgent = otherRun(client, { ...start, graphId: 'graph-2' }, run);
		expect(ofAgent?.message).toContain('for another agent');
		expect(ofAgent?.description).toContain("run 'run-1'");
		expect(ofAgent?.outcome).toBe('refused');
		const ofInputs = otherRun(client, { ...start, body: { inputs: { a: 'two' } } }, run);
		expect(ofInputs?.message).toContain('for other inputs');
		expect(otherRun(client, { ...start, graphId: 'graph-2', isOwnKey: false }, run)).toBe(
			undefined,
		);
	});

	const refusal = (facts: Partial<PlatformFault>) =>
		new PlatformError(node, {
			message: 'Refused',
			description: 'AutoGPT said no.',
			outcome: 'refused',
			code: 'code',
			...facts,
		});

	it('explains that its run was deleted', () => {
		const failure = { cause: 'configuration-invalid' } as const;
		const explained = explainOwnKey(client, start, refusal({ status: 404, failure }));
		expect(explained.message).toContain('was deleted, and nothing new was started');
		expect(explained.description).toContain('AutoGPT said no.');
		expect(explained).toMatchObject({ status: 404, code: 'code', failure, outcome: 'refused' });
		const silent = explainOwnKey(client, start, refusal({ status: 404, description: '' }));
		expect(silent.description).toMatch(/again\.$/);
	});

	it('explains that it may belong to another start', () => {
		const explained = explainOwnKey(client, start, refusal({ status: 422 }));
		expect(explained.message).toBe('Refused');
		expect(explained.description).toMatch(/^AutoGPT said no\. If the idempotency key was used/);
		expect(explained).toMatchObject({ status: 422, code: 'code', outcome: 'refused' });
	});

	it('has nothing to do with other refusals', () => {
		const [gone, invalid, busy] = [404, 422, 429].map((status) => refusal({ status }));
		const others = [
			[{ ...start, isOwnKey: false }, gone],
			[{ ...start, agent: undefined }, gone],
			[{ ...start, isOwnKey: false }, invalid],
			[start, busy],
		] as const;
		for (const [one, error] of others) {
			if (error) expect(explainOwnKey(client, one, error)).toBe(error);
		}
	});
});
