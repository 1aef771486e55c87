import { fillCredentials, needsOf, readChoice } from '../../client/agents/agentCredentials';
import { explainCredentialIssues } from '../../client/inputs/credentialWords';
import type { CredentialInfo, CredentialRequirement } from '../../client/contract/types';

function credential(id: string, about: Partial<CredentialInfo> = {}): CredentialInfo {
	return {
		id,
		type: 'api_key',
		provider: 'openai',
		title: id,
		username: null,
		scopes: [],
		expires_at: null,
		is_managed: false,
		...about,
	};
}

function row(about: Partial<CredentialRequirement> = {}): CredentialRequirement {
	return {
		field_name: 'key',
		provider: 'openai',
		supported_types: ['api_key'],
		required_scopes: [],
		matching_credentials: [],
		...about,
	};
}

const needed = async () => await Promise.resolve(false);

describe('Credentials that an agent needs', () => {
	it('are one need for a field with two providers', () => {
		const claude = credential('c', { provider: 'anthropic' });
		const [need, ...others] = needsOf([
			row({ matching_credentials: [credential('a')] }),
			row({ provider: 'anthropic', matching_credentials: [claude] }),
		]);
		expect(others).toEqual([]);
		expect(need).toMatchObject({ field: 'key', providers: ['openai', 'anthropic'] });
		expect(need?.fits.map(({ id }) => id)).toEqual(['a', 'c']);
	});

	it('fit by type and scopes, not by provider alone', () => {
		const [need] = needsOf([
			row({
				supported_types: ['oauth2'],
				required_scopes: ['read', 'write'],
				matching_credentials: [
					credential('key'),
					credential('narrow', { type: 'oauth2', scopes: ['read'] }),
					credential('wide', { type: 'oauth2', scopes: ['write', 'more', 'read'] }),
				],
			}),
		]);
		expect(need?.fits.map(({ id }) => id)).toEqual(['wide']);
	});

	it('fit without scopes where a type has none', () => {
		const [need] = needsOf([
			row({
				supported_types: ['api_key', 'oauth2', 'user_password', 'host_scoped'],
				required_scopes: ['repo'],
				matching_credentials: [
					credential('key'),
					credential('password', { type: 'user_password' }),
					credential('host', { type: 'host_scoped' }),
					credential('narrow', { type: 'oauth2', scopes: ['user'] }),
					credential('wide', { type: 'oauth2', scopes: ['repo'] }),
				],
			}),
		]);
		expect(need?.fits.map(({ id }) => id)).toEqual(['key', 'password', 'host', 'wide']);
	});

	it.each([
		[['api_key', 'oauth2'] as const, "'key' takes api_key or oauth2 (with read, write) of openai."],
		[['oauth2'] as const, "'key' takes oauth2 (with read, write) of openai."],
		[['api_key'] as const, "'key' takes api_key of openai."],
	])('are named with the scopes of OAuth2 only: %j', (types, words) => {
		const [need] = needsOf([
			row({ supported_types: [...types], required_scopes: ['read', 'write'] }),
		]);
		const issues = [{ reason: 'none' as const, field: 'key', need }];
		const known = { thing: 'agent' as const, name: 'Greeter' };
		expect(explainCredentialIssues(known, issues, 'https://example.org').description).toContain(
			words,
		);
	});

	it('do not trip over rows without what the contract promises', () => {
		expect(needsOf([{} as CredentialRequirement])).toEqual([]);
		const bare = { field_name: 'key', provider: 'openai' } as CredentialRequirement;
		expect(needsOf([bare])).toMatchObject([{ field: 'key', fits: [] }]);
	});
});

describe('Filling credentials', () => {
	const needs = needsOf([
		row({ field_name: 'one', matching_credentials: [credential('a')] }),
		row({ field_name: 'two', matching_credentials: [credential('a'), credential('b')] }),
		row({ field_name: 'zero' }),
	]);

	it('takes the only one, and says why others stay open', async () => {
		const { filled, issues } = await fillCredentials(needs, new Map([['odd', 'a']]), needed);
		expect(filled).toEqual({ one: { id: 'a', provider: 'openai', type: 'api_key' } });
		expect(issues.map(({ field, reason }) => [field, reason])).toEqual([
			['odd', 'unknown'],
			['two', 'several'],
			['zero', 'none'],
		]);
	});

	it('takes what was chosen, by ID or whole, and leaves out what was left out', async () => {
		const choices = new Map([
			['one', null],
			['two', { id: 'b', provider: 'openai', type: 'api_key' as const }],
		]);
		const canDoWithout = jest.fn(async () => await Promise.resolve(true));
		const { filled, issues } = await fillCredentials(needs, choices, canDoWithout);
		expect(filled).toEqual({ two: { id: 'b', provider: 'openai', type: 'api_key' } });
		expect(issues).toEqual([]);
		expect(canDoWithout.mock.calls).toEqual([['zero']]);
	});

	it.each(['c', { id: 'a', provider: 'anthropic', type: 'api_key' as const }])(
		'refuses a choice that does not fit: %j',
		async (choice) => {
			const { issues } = await fillCredentials(needs, new Map([['two', choice]]), needed);
			expect(issues).toMatchObject([{ field: 'two', reason: 'unfit' }, { field: 'zero' }]);
		},
	);

	it('reads choices', () => {
		expect(readChoice(' a ')).toBe('a');
		expect(readChoice(null)).toBeNull();
		for (const odd of ['', 5, {}, { id: 'a' }, { id: 'a', provider: 'b', type: 'c' }]) {
			expect(readChoice(odd)).toBeUndefined();
		}
	});
});
