import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Workflow, type INode, type INodeTypes } from 'n8n-workflow';

import { AutoGptTrigger } from '../../nodes/AutoGptTrigger/AutoGptTrigger.node';
import { eventKind, type EventKind } from '../../nodes/AutoGptTrigger/event';
import { EVENTS } from '../../nodes/AutoGptTrigger/events';
import { triggerFields } from '../../nodes/AutoGptTrigger/fields';

const FOLDER = join(__dirname, '../../nodes/AutoGptTrigger/events');
const kinds: readonly EventKind[] = EVENTS;

describe('The kinds of events of the trigger', () => {
	it('are each registered once, under the name of their file', () => {
		const files = readdirSync(FOLDER).filter((file) => file !== 'index.ts');
		const values = kinds.map(({ value }) => `${value}.ts`);
		expect(values.sort()).toEqual(files.sort());
	});

	it('are all offered, in alphabetical order', () => {
		const field = triggerFields.find(({ name }) => name === 'events');
		const names = field?.options?.map(({ name }) => name) ?? [];
		expect(names).toEqual(kinds.map(({ option }) => option.name).sort());
	});

	it('cannot be declared without a poll', () => {
		const { poll, ...rest } = EVENTS[0];
		expect(poll).toEqual(expect.any(Function));
		// @ts-expect-error An event that nothing looks for would never start a workflow.
		expect(eventKind(rest)).not.toHaveProperty('poll');
	});

	it('show their own fields only while they are chosen', () => {
		for (const { value, fields = [] } of kinds) {
			for (const { name } of fields) {
				const shown = triggerFields.find((field) => field.name === name);
				expect(shown?.displayOptions?.show).toEqual({ events: [value] });
			}
		}
	});
});

describe("The trigger's subtitle", () => {
	const type = new AutoGptTrigger();
	const nodeTypes: INodeTypes = {
		getByName: () => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};

	it.each([
		[['runFinished'], 'Run Finished'],
		[
			['agentChanged', 'runFinished', 'reviewRequested'],
			'Agent Added or Changed, Run Finished, Review Requested',
		],
		[['later'], 'later'],
		['runFinished', 'Run Finished'],
		[[], ''],
	])('names %j', (events, subtitle) => {
		const node: INode = {
			id: 'trigger',
			name: 'AutoGPT Trigger',
			type: 'autoGptTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: { events },
		};
		const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
		const text = workflow.expression.getSimpleParameterValue(
			node,
			type.description.subtitle,
			'internal',
			{},
		);
		expect(text).toBe(subtitle);
	});
});
