import { readGraphAddress } from '../../client/agents/graphAddress';

describe('The address of a graph', () => {
	it.each([
		['https://platform.agpt.co/build?flowID=g-1&flowVersion=3', 'g-1', 3],
		['http://host:3000/build?flowVersion=12&flowID=g-1#top', 'g-1', 12],
		['https://platform.agpt.co/build/?flowID=g-1&flowExecutionID=r-1', 'g-1', undefined],
		['https://example.org/autogpt/build?flowID=g-1&flowVersion=latest', 'g-1', undefined],
		['HTTPS://platform.agpt.co/build?flowID=g-1&flowVersion=0', 'g-1', undefined],
	])('of the builder tells graph and version: %s', (text, graphId, graphVersion) => {
		expect(readGraphAddress(text)).toEqual({ page: 'builder', graphId, graphVersion });
	});

	it('of an agent in the library is told from others', () => {
		const page = 'https://platform.agpt.co/library/agents/a-1?activeTab=runs';
		expect(readGraphAddress(page)).toEqual({ page: 'library' });
	});

	it.each([
		'https://platform.agpt.co/build',
		'https://platform.agpt.co/build?flowID=',
		'https://platform.agpt.co/marketplace?flowID=g-1',
		'https://',
	])('may be that of something else: %s', (text) => {
		expect(readGraphAddress(text)).toEqual({ page: 'other' });
	});

	it('is none where an ID is given', () => {
		expect(readGraphAddress('a1c5d9c2-35a7-4f0e-8a1b-6a1f0c9d2e31')).toBeUndefined();
	});
});
