import { AutoGptOAuth2Api } from '../../credentials/AutoGptOAuth2Api.credentials';
import { EVERYDAY_PERMISSIONS, PERMISSIONS } from '../../client/contract/permissions';

const field = new AutoGptOAuth2Api().properties.find(({ name }) => name === 'permissions');
const scope = new AutoGptOAuth2Api().properties.find(({ name }) => name === 'scope');

describe('The permissions of the OAuth2 credential', () => {
	it('carry the names that the dialog of AutoGPT shows', () => {
		const names = Object.fromEntries(PERMISSIONS.map(({ value, name }) => [value, name]));
		expect(names).toMatchObject({
			IDENTITY: 'Identity',
			RUN_AGENT: 'Run Agent',
			READ_RUN_REVIEW: 'Read Run Review',
		});
		const sorted = PERMISSIONS.map(({ name }) => name);
		expect([...sorted].sort((a, b) => a.localeCompare(b))).toEqual(sorted);
	});

	it('keep their values, so that saved credentials keep what was chosen', () => {
		expect(field?.options?.map((option) => ('value' in option ? option.value : ''))).toEqual(
			PERMISSIONS.map(({ value }) => value),
		);
		expect(PERMISSIONS).toHaveLength(22);
		expect(field?.default).toEqual([
			...['IDENTITY', 'READ_BLOCK', 'READ_CREDITS', 'READ_FILES', 'READ_GRAPH'],
			...['READ_INTEGRATIONS', 'READ_LIBRARY', 'READ_RUN', 'READ_RUN_REVIEW', 'READ_SCHEDULE'],
			...['RUN_AGENT', 'WRITE_FILES', 'WRITE_LIBRARY', 'WRITE_RUN', 'WRITE_RUN_REVIEW'],
			'WRITE_SCHEDULE',
		]);
	});

	it('say what is asked for when none is chosen', () => {
		expect(scope?.default).toContain(JSON.stringify(EVERYDAY_PERMISSIONS));
		expect(field?.hint).toBe(
			'With none chosen n8n asks for the 16 that the nodes need in everyday work: all but Delete Integrations, Manage Integrations, Read Store, Share Run, Write Graph, Write Store.',
		);
	});
});
