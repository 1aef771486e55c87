import { whole } from '../../framework/simplify';
import { READ_CONCURRENCY, type ItemOperation } from '../../framework/operation';
import { defined, integerIn, timeIn } from '../../fields/values';

export const getCostSummary: ItemOperation = {
	name: 'Get Cost Summary',
	value: 'getCostSummary',
	action: 'Get cost summary',
	description: 'Retrieve what runs have cost, by agent, by run and by day',
	fields: [
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Since',
					name: 'since',
					type: 'dateTime',
					default: '',
					description: 'Start of the time to sum up; the start of this month if left out',
				},
				{
					displayName: 'Top Runs',
					name: 'topRuns',
					type: 'number',
					default: 10,
					typeOptions: { minValue: 1, maxValue: 50 },
					description: 'How many of the most expensive runs to list',
				},
				{
					displayName: 'Until',
					name: 'until',
					type: 'dateTime',
					default: '',
					description: 'End of the time to sum up; now if left out',
				},
			],
		},
	],
	concurrency: READ_CONCURRENCY,
	perItem: async (item) => {
		const options = item.narrowing('options');
		const query = defined({
			since: timeIn(item, options, 'since', 'Since'),
			until: timeIn(item, options, 'until', 'Until'),
			top_runs_limit: integerIn(item, options, 'topRuns', 'Top Runs'),
		});
		const { since, until } = query;
		if (since !== undefined && until !== undefined && since > until) {
			throw item.failure("'Since' is later than 'Until'", 'Enter an earlier start or a later end.');
		}
		return whole(await item.client.call('getCostSummary', { query }));
	},
};
