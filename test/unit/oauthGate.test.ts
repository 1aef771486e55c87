import { TokenGate, type TokenSource } from '../../platform/oauthGate';
import { AccountNeedsReconnect, TokenUnavailable } from '../../platform/oauthRenewal';
import { readToken, type StoredToken } from '../../platform/oauthToken';

const HOUR_MS = 3_600_000;

function token(mark: string, leftMs = HOUR_MS): StoredToken {
	const expiresAt = Date.now() + leftMs;
	return { mark, expiresAt, renewAt: expiresAt - 60_000 };
}

/** A token store whose renewals are counted, and AutoGPT as it sees the tokens. */
function scene(stored: StoredToken, outcome: () => StoredToken | TokenUnavailable) {
	const state = { stored, renewals: 0, shown: [] as string[], good: new Set(['b']) };
	const source: TokenSource = {
		read: async () => state.stored,
		renew: async () => {
			state.renewals += 1;
			const result = outcome();
			if (!(result instanceof TokenUnavailable)) state.stored = result;
			return result;
		},
	};
	const gate = new TokenGate();
	const pass = async (mayResend = true) =>
		await gate.pass(source, {
			send: async () => {
				const { mark } = state.stored;
				state.shown.push(mark);
				await Promise.resolve();
				return state.good.has(mark) ? 'good' : 'refused';
			},
			isRefused: (answer) => answer === 'refused',
			mayResend,
		});
	return { state, gate, pass };
}

const many = async <T>(task: () => Promise<T>) =>
	await Promise.allSettled(Array.from({ length: 20 }, task));

describe('TokenGate', () => {
	it('renews before a token is at its end, once for all', async () => {
		const { state, pass } = scene(token('a', 30_000), () => token('b'));
		await many(pass);
		expect(state.renewals).toBe(1);
		expect(state.shown).not.toContain('a');
	});

	it('lets one request find out that a token is dead', async () => {
		const { state, pass } = scene(token('a'), () => token('b'));
		const results = await many(pass);
		expect(results.every((one) => one.status === 'fulfilled' && one.value === 'good')).toBe(true);
		expect(state.shown.filter((mark) => mark === 'a')).toHaveLength(1);
		expect(state.renewals).toBe(1);
	});

	it('asks only once when the account must be connected again', async () => {
		const { state, pass } = scene(token('a', -1), () => new AccountNeedsReconnect('gone', 'do'));
		const results = await many(pass);
		expect(results.every(({ status }) => status === 'rejected')).toBe(true);
		await expect(pass()).rejects.toThrow('gone');
		expect(state.renewals).toBe(1);
		expect(state.shown).toEqual([]);
		state.stored = token('b');
		await expect(pass()).resolves.toBe('good');
	});

	it('goes on with a token that has time left when it cannot be renewed for now', async () => {
		const { state, pass } = scene(token('b', 30_000), () => new TokenUnavailable('later', 'do'));
		await many(pass);
		expect(state.shown).toHaveLength(20);
		expect(state.renewals).toBe(1);
	});

	it('does not renew a new token that is refused as well', async () => {
		const { state, pass } = scene(token('a'), () => token('c'));
		await expect(pass()).resolves.toBe('refused');
		expect(state.renewals).toBe(1);
		expect(state.shown).toEqual(['a', 'c']);
	});

	it('does not send a stream again', async () => {
		const { state, pass } = scene(token('a'), () => token('b'));
		await expect(pass(false)).resolves.toBe('refused');
		expect(state.shown).toEqual(['a']);
		expect(state.stored.mark).toBe('b');
	});
});

describe('readToken', () => {
	it('knows nothing without a token', () => {
		expect(readToken(undefined)).toBeUndefined();
		expect(readToken({ access_token: '' })).toBeUndefined();
	});

	it("takes n8n's time before AutoGPT's, and renews short-lived tokens late", () => {
		const data = {
			access_token: 'agpt_xt_1',
			n8n_expires_at: '50000',
			access_token_expires_at: '2026-10-20T10:00:00Z',
			expires_in: 10,
		};
		expect(readToken(data)).toMatchObject({ expiresAt: 50_000, renewAt: 49_000 });
		expect(readToken({ ...data, n8n_expires_at: undefined })?.expiresAt).toBe(
			Date.UTC(2026, 9, 20, 10),
		);
		expect(readToken({ access_token: 'x' })?.renewAt).toBe(Infinity);
	});
});
