import { endpoints, type Endpoint } from '../../client/contract/endpoints';
import { v1Endpoints } from '../../client/contract/v1/endpoints';
import { whatIsMissing } from '../../client/http/responses';

/** Of these the contract says no more than that an object comes. */
const OPEN = ['executeBlock (v1)', 'findAgent (v1)', 'runMarketplaceAgent (v1)'];

const all: Array<[string, Endpoint]> = [
	...Object.entries(endpoints),
	...Object.entries<Endpoint>(v1Endpoints).map(([name, each]): [string, Endpoint] => [
		`${name} (v1)`,
		each,
	]),
].filter(([name, { answer }]) => answer !== 'binary' && !OPEN.includes(name));

describe('What comes with a status of success', () => {
	it.each(all)('%s: is not an error', (_, endpoint) => {
		expect(whatIsMissing(endpoint, { detail: 'Not Found' })).toEqual(expect.any(String));
		const error = { code: 'not_found', message: 'Not Found', details: null };
		expect(whatIsMissing(endpoint, { error })).toEqual(expect.any(String));
	});

	it.each([{}, null, true, { deleted: true }, { message: 'Done' }])(
		'may be %j where nothing is wanted',
		(body) => {
			expect(whatIsMissing(endpoints.deleteRun, body)).toBeUndefined();
		},
	);

	it.each([
		['getMarketplaceProfile', { username: 'ada' }],
		['getCreditBalance', { balance_cents: 0 }],
		['updateGraphSettings', { human_in_the_loop_safe_mode: null }],
	] as const)('%s: may lack what a newer AutoGPT adds', (name, body) => {
		expect(whatIsMissing(endpoints[name], body)).toBeUndefined();
	});
});
