import { AUTOGPT_NODE, CREDENTIAL_TYPE } from '../host/stack.cts';
import { complaints, promised, typeNames } from './loaded.cts';
import { useStack } from './stack.cts';

describe('The packed pack in n8n', () => {
	const stack = useStack('pack');

	test('has every node under its real name', async () => {
		const names = await typeNames(stack(), 'nodes');
		expect(names).toContain(AUTOGPT_NODE);
		expect(names).toEqual(expect.arrayContaining(promised('nodes')));
	});

	test('has every credential', async () => {
		const names = await typeNames(stack(), 'credentials');
		expect(names).toContain(CREDENTIAL_TYPE);
		expect(names).toEqual(expect.arrayContaining(promised('credentials')));
	});

	test('loads without a complaint of n8n', () => {
		expect(complaints(stack())).toEqual([]);
	});
});
