import { sleep } from 'n8n-workflow';

import { TokenManager, type TokenSource } from '../../client/oauth/tokenManager';
import { AccountNeedsReconnect, TokenUnavailable } from '../../client/oauth/renewal';
import { readToken, type StoredToken } from '../../client/oauth/token';

const HOUR_MS = 3_600_000;

function token(fingerprint: string, leftMs = HOUR_MS): StoredToken {
	const expiresAt = Date.now() + leftMs;
	return { fingerprint, expiresAt, renewAt: expiresAt - 60_000 };
}

/** A token store whose renewals are counted, and AutoGPT as it sees the tokens. */
function scene(stored: StoredToken, outcome: () => StoredToken | TokenUnavailable) {
	const state = { stored, reads: 0, renewals: 0, shown: [] as string[], good: new Set(['b']) };
	const source: TokenSource = {
		read: async () => {
			state.reads += 1;
			return state.stored;
		},
		renew: async () => {
			state.renewals += 1;
			const result = outcome();
			if (!(result instanceof TokenUnavailable)) state.stored = result;
			return result;
		},
	};
	const manager = new TokenManager({ trialMs: 200, rereadAfterMs: [0, 5, 5] });
	const pass = async (mayResend = true) =>
		await manager.send(source, {
			send: async () => {
				const { fingerprint } = state.stored;
				state.shown.push(fingerprint);
				await Promise.resolve();
				return state.good.has(fingerprint) ? 'good' : 'refused';
			},
			isRefused: (answer) => answer === 'refused',
			mayResend,
		});
	return { state, source, manager, pass };
}

/** A request whose response is awaited until the test gives it. */
function openRequest(manager: TokenManager, source: TokenSource) {
	const responses: Array<(response: string) => void> = [];
	const waiting: Array<() => void> = [];
	const result = manager.send(source, {
		send: async () => {
			waiting.shift()?.();
			return await new Promise<string>((resolve) => responses.push(resolve));
		},
		isRefused: (response) => response === 'refused',
		mayResend: true,
	});
	/** Waits until the request is sent, or sent again. */
	const isSent = async () => {
		if (responses.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
	};
	const respond = async (response: string) => {
		await isSent();
		responses.shift()?.(response);
	};
	return { result, respond, isSent };
}

const many = async <T>(task: () => Promise<T>) =>
	await Promise.allSettled(Array.from({ length: 20 }, task));

describe('TokenManager', () => {
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
		expect(state.shown.filter((fingerprint) => fingerprint === 'a')).toHaveLength(1);
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

	it('does not renew a new token that is refused as well, nor shows it again', async () => {
		const { state, pass } = scene(token('a'), () => token('c'));
		await expect(pass()).resolves.toBe('refused');
		const rest = await many(pass);
		expect(rest.every(({ status }) => status === 'rejected')).toBe(true);
		await expect(pass()).rejects.toThrow('although its access was just renewed');
		expect(state.renewals).toBe(1);
		expect(state.shown).toEqual(['a', 'c']);
	});

	it('shows a refused token once when there is no other, until there is one', async () => {
		const { state, pass } = scene(token('a'), () => new AccountNeedsReconnect('gone', 'do'));
		for (let execution = 1; execution <= 2; execution++) {
			const results = await many(pass);
			expect(results.every(({ status }) => status === 'rejected')).toBe(true);
		}
		expect({ shown: state.shown, renewals: state.renewals }).toEqual({ shown: ['a'], renewals: 1 });
		state.stored = token('b');
		await expect(pass()).resolves.toBe('good');
	});

	it('asks for another token, and does not try the refused one, when the hold-off is over', async () => {
		const { state, pass } = scene(token('a'), () => new TokenUnavailable('later', 'do'));
		await many(pass);
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 6_000);
		await many(pass);
		clock.mockRestore();
		expect({ shown: state.shown, renewals: state.renewals }).toEqual({ shown: ['a'], renewals: 2 });
	});

	it('does not show a token again that ends early while it cannot be renewed', async () => {
		const { state, manager, pass } = scene(
			token('b', 30_000),
			() => new AccountNeedsReconnect('gone', 'do'),
		);
		await many(pass);
		manager.note(state.stored);
		await expect(pass()).resolves.toBe('good');
		state.good.clear();
		state.shown.length = 0;
		await expect(pass()).rejects.toThrow('gone');
		manager.note(state.stored);
		await many(pass);
		expect({ shown: state.shown, renewals: state.renewals }).toEqual({ shown: ['b'], renewals: 1 });
	});

	it('lets one after the other go on while requests get no answer', async () => {
		const { source } = scene(token('b'), () => token('b'));
		const manager = new TokenManager({ trialMs: 60_000, rereadAfterMs: [0] });
		let [underWay, most, sent] = [0, 0, 0];
		const results = await many(
			async () =>
				await manager.send(source, {
					send: async () => {
						most = Math.max(most, ++underWay);
						sent += 1;
						await sleep(2);
						underWay -= 1;
						throw new Error('cut');
					},
					isRefused: () => false,
					mayResend: true,
				}),
		);
		expect(results.every(({ status }) => status === 'rejected')).toBe(true);
		expect({ most, sent }).toEqual({ most: 1, sent: 20 });
	}, 5_000);

	it('does not let one slow request hold up the others for ever', async () => {
		const { manager, state } = scene(token('b'), () => token('b'));
		const source = { read: async () => state.stored, renew: async () => state.stored };
		const request = (send: () => Promise<string>) => ({
			send,
			isRefused: () => false,
			mayResend: true,
		});
		let answerFirst: (value: string) => void = () => undefined;
		let slow: Promise<string> | undefined;
		await new Promise<void>((isUnderWay) => {
			const send = async () =>
				await new Promise<string>((resolve) => {
					answerFirst = resolve;
					isUnderWay();
				});
			slow = manager.send(source, request(send));
		});
		const began = Date.now();
		const results = await many(
			async () =>
				await manager.send(
					source,
					request(async () => 'good'),
				),
		);
		expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
		expect(Date.now() - began).toBeGreaterThanOrEqual(190);
		answerFirst('late');
		await expect(slow).resolves.toBe('late');
	});

	it('takes the token that another process has just renewed and stores a little later', async () => {
		const { state, pass } = scene(token('a', -1), () => {
			void sleep(5).then(() => (state.stored = token('b')));
			return new AccountNeedsReconnect('gone', 'do');
		});
		const results = await many(pass);
		expect(results.every((one) => one.status === 'fulfilled' && one.value === 'good')).toBe(true);
		expect(state.renewals).toBe(1);
	});

	it('is in use while a request is under way, however that ends', async () => {
		const { manager, state } = scene(token('b'), () => token('b'));
		const source = { read: async () => state.stored, renew: async () => state.stored };
		const during: boolean[] = [];
		for (const outcome of ['good', new Error('cut')]) {
			const sending = manager.send(source, {
				send: async () => {
					during.push(manager.isInUse);
					return await (outcome instanceof Error ? Promise.reject(outcome) : outcome);
				},
				isRefused: () => false,
				mayResend: true,
			});
			await sending.catch(() => undefined);
			expect(manager.isInUse).toBe(false);
		}
		expect(during).toEqual([true, true]);
	});

	it('takes a token for proven for a minute, and not beyond its time', async () => {
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
		const provenAt = async (leftMs: number, ...after: number[]) => {
			const { manager, pass } = scene(token('b', leftMs), () => token('b'));
			expect(manager.isProven).toBe(false);
			await pass();
			const known = after.map((ms) => {
				clock.mockReturnValue(now + ms);
				return manager.isProven;
			});
			clock.mockReturnValue(now);
			return known;
		};
		expect(await provenAt(HOUR_MS, 0, 59_999, 60_000)).toEqual([true, true, false]);
		expect(await provenAt(70_000, 9_999, 10_000)).toEqual([true, false]);
		clock.mockRestore();
	});

	it('takes what the store holds meanwhile, but nothing for nothing', async () => {
		const { manager, state, pass } = scene(token('b'), () => token('b'));
		await pass();
		manager.note(undefined);
		expect(manager.isProven).toBe(true);
		manager.note(token('b'));
		expect(manager.isProven).toBe(true);
		state.stored = token('c');
		manager.note(state.stored);
		expect(manager.isProven).toBe(false);
		expect(state.renewals).toBe(0);
	});

	it('gives up after three tokens that others have stored', async () => {
		const { state, pass } = scene(token('x1'), () => token('never'));
		const refuse = () => {
			state.stored = token(`x${state.shown.length + 1}`);
			return false;
		};
		Object.assign(state.good, { has: refuse });
		await expect(pass()).resolves.toBe('refused');
		expect({ shown: state.shown, renewals: state.renewals }).toEqual({
			shown: ['x1', 'x2', 'x3'],
			renewals: 0,
		});
	});

	it('asks for another token a minute after a new one was refused', async () => {
		const { state, pass } = scene(token('a'), () => token('c'));
		await pass();
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 59_000);
		await expect(pass()).rejects.toThrow('although its access was just renewed');
		expect(state.renewals).toBe(1);
		clock.mockReturnValue(now + 61_000);
		await expect(pass()).rejects.toThrow('although its access was just renewed');
		expect(state.renewals).toBe(2);
		clock.mockRestore();
		expect(state.shown).toEqual(['a', 'c']);
	});

	it('does not take the refused token for a new one', async () => {
		const { state, pass } = scene(token('a'), () => token('a'));
		await expect(pass()).rejects.toThrow('although its access was just renewed');
		expect({ shown: state.shown, renewals: state.renewals }).toEqual({ shown: ['a'], renewals: 1 });
	});

	it('takes a token that others store while none can be had', async () => {
		const { state, pass } = scene(token('a', -1), () => {
			state.stored = token('b');
			return new TokenUnavailable('later', 'do');
		});
		await expect(pass()).resolves.toBe('good');
		expect({ shown: state.shown, renewals: state.renewals }).toEqual({ shown: ['b'], renewals: 1 });
	});

	it('says why there is no token once the old one is past its time', async () => {
		const { state, pass } = scene(token('b', 0), () => new TokenUnavailable('later', 'do'));
		await expect(pass()).rejects.toThrow('later');
		await expect(pass()).rejects.toThrow('later');
		expect({ shown: state.shown, renewals: state.renewals }).toEqual({ shown: [], renewals: 1 });
	});

	it('asks again after five seconds while the old token has time left', async () => {
		const { state, pass } = scene(token('b', 30_000), () => new TokenUnavailable('later', 'do'));
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
		const renewalsAfter = async (ms: number) => {
			clock.mockReturnValue(now + ms);
			await pass();
			return state.renewals;
		};
		expect(await renewalsAfter(0)).toBe(1);
		expect(await renewalsAfter(4_999)).toBe(1);
		expect(await renewalsAfter(5_000)).toBe(2);
		clock.mockRestore();
	});

	/** A request under way with the token of that moment, while another one comes into use. */
	async function overtaken(answer: string) {
		const { manager, state } = scene(token('a'), () => token('never'));
		const source = { read: async () => state.stored, renew: async () => state.stored };
		const answers = [answer, 'good'];
		let isSent: () => void = () => undefined;
		let respond: () => void = () => undefined;
		const underWay = new Promise<void>((resolve) => (isSent = resolve));
		const sending = manager.send(source, {
			send: async () => {
				isSent();
				const next = answers.shift() ?? '';
				if (answers.length > 0) await new Promise<void>((resolve) => (respond = resolve));
				return next;
			},
			isRefused: (one) => one === 'refused',
			mayResend: true,
		});
		await underWay;
		state.stored = token('b');
		manager.note(state.stored);
		respond();
		return { manager, state, result: await sending, left: answers.length };
	}

	it('takes nothing from a response to a token that was replaced meanwhile', async () => {
		const accepted = await overtaken('good');
		expect([accepted.result, accepted.left]).toEqual(['good', 1]);
		expect(accepted.manager.isProven).toBe(false);
		const refused = await overtaken('refused');
		expect([refused.result, refused.left]).toEqual(['good', 0]);
		expect(refused.manager.isProven).toBe(true);
		expect(refused.state.renewals).toBe(0);
	});

	it('lets all go at the same time once a token was accepted, and reads the store no more', async () => {
		const { source, state } = scene(token('b'), () => token('b'));
		const manager = new TokenManager({ trialMs: 60_000, rereadAfterMs: [0] });
		const first = openRequest(manager, source);
		await first.respond('good');
		await first.result;
		const { reads } = state;
		const requests = Array.from({ length: 5 }, () => openRequest(manager, source));
		for (const { isSent } of requests) await isSent();
		for (const { respond } of requests) await respond('good');
		expect(await Promise.all(requests.map(async ({ result }) => await result))).toEqual(
			Array.from({ length: 5 }, () => 'good'),
		);
		expect(state.reads).toBe(reads);
	}, 5_000);

	it('takes in requests at any moment of a renewal', async () => {
		const { state, pass } = scene(token('a', -1), () => token('b'));
		const passes: Array<Promise<string>> = [];
		for (let moment = 0; moment < 50; moment++) {
			passes.push(pass());
			await Promise.resolve();
		}
		expect(new Set(await Promise.all(passes))).toEqual(new Set(['good']));
		expect({ renewals: state.renewals, shown: new Set(state.shown) }).toEqual({
			renewals: 1,
			shown: new Set(['b']),
		});
	});

	it('does not try the refused token when others put it back', async () => {
		const { state, pass } = scene(token('r'), () => {
			state.stored = token('r');
			return new TokenUnavailable('later', 'do');
		});
		await expect(pass()).rejects.toThrow('later');
		state.stored = token('a', -1);
		await expect(pass()).rejects.toThrow('later');
		expect(state.shown).toEqual(['r']);
	});

	it('trusts no token for what was accepted before it was refused', async () => {
		const { manager, source, pass } = scene(token('b'), () => new TokenUnavailable('later', 'do'));
		await pass();
		const [early, late] = [openRequest(manager, source), openRequest(manager, source)];
		await early.isSent();
		await late.isSent();
		await early.respond('refused');
		await expect(early.result).rejects.toThrow('later');
		await late.respond('good');
		await expect(late.result).resolves.toBe('good');
		expect(manager.isProven).toBe(false);
	});

	it('does not blame a new token for the refusal of the one before', async () => {
		const { manager, source, state } = scene(token('a'), () => token('b'));
		const before = openRequest(manager, source);
		await before.isSent();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + HOUR_MS);
		const after = openRequest(manager, source);
		await after.isSent();
		await before.respond('refused');
		await after.respond('good');
		await before.respond('good');
		clock.mockRestore();
		expect(await Promise.all([before.result, after.result])).toEqual(['good', 'good']);
		expect(state.renewals).toBe(1);
	});

	it('uses a token to its last moment, and not at it', async () => {
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
		const { state, pass } = scene(token('b', 0), () => new TokenUnavailable('later', 'do'));
		await expect(pass()).rejects.toThrow('later');
		expect(state.shown).toEqual([]);
		state.stored = token('b', 1);
		await expect(pass()).resolves.toBe('good');
		clock.mockRestore();
	});

	it('gives others seven seconds to store what they have renewed', async () => {
		jest.useFakeTimers();
		const { state, source } = scene(token('a', -1), () => new AccountNeedsReconnect('gone', 'do'));
		const request = { send: async () => 'good', isRefused: () => false, mayResend: true };
		const sending = new TokenManager().send(source, request);
		await jest.advanceTimersByTimeAsync(6_999);
		state.stored = token('b');
		await jest.advanceTimersByTimeAsync(1);
		await expect(sending).resolves.toBe('good');
		jest.useRealTimers();
	});

	it('does not send a stream again', async () => {
		const { state, pass } = scene(token('a'), () => token('b'));
		await expect(pass(false)).resolves.toBe('refused');
		expect(state.shown).toEqual(['a']);
		expect(state.stored.fingerprint).toBe('b');
	});
});

describe('What the account was shown', () => {
	it('is kept under the key of the first token, also for those that it is renewed to', async () => {
		const { manager, pass } = scene(token('a', -1), () => token('b'));
		expect(manager.readerKeyOf(token('a'), 'A')).toBe('A');
		expect(manager.readerKeyOf(token('a'), 'A again')).toBe('A');
		await pass();
		expect(manager.readerKeyOf(token('b'), 'B')).toBe('A');
		// The user may have connected another account.
		expect(manager.readerKeyOf(token('c'), 'C')).toBe('C');
	});

	it('has a key of its own where nobody was shown anything before the renewal', async () => {
		const { manager, pass } = scene(token('a', -1), () => token('b'));
		await pass();
		expect(manager.readerKeyOf(token('b'), 'B')).toBe('B');
	});

	it('is forgotten for tokens that were not used for long', () => {
		const { manager } = scene(token('a'), () => token('b'));
		const keyOf = (number: number, own = `key ${number}`) =>
			manager.readerKeyOf(token(`token ${number}`), own);
		for (let number = 0; number < 200; number++) keyOf(number);
		expect(keyOf(0, 'new')).toBe('key 0');
		expect(keyOf(200)).toBe('key 200');
		expect(keyOf(0, 'new')).toBe('key 0');
		expect(keyOf(2, 'new')).toBe('key 2');
		expect(keyOf(1, 'new')).toBe('new');
	});
});

describe('readToken', () => {
	it('knows nothing without a token', () => {
		expect(readToken(undefined)).toBeUndefined();
		expect(readToken({ access_token: '' })).toBeUndefined();
	});

	it.each([null, 'token', [], { access_token: 5 }])('knows nothing of %p', (data) => {
		expect(readToken(data)).toBeUndefined();
	});

	it.each([
		[3_600, 60_000],
		[600, 60_000],
		[599, 59_900],
		['10', 1_000],
		[null, 60_000],
		['long', 60_000],
	])('renews a token of %p seconds %d ms before its end', (expires_in, leadMs) => {
		const data = { access_token: 'agpt_xt_1', n8n_expires_at: 5_000_000, expires_in };
		expect(readToken(data)).toMatchObject({ expiresAt: 5_000_000, renewAt: 5_000_000 - leadMs });
	});

	it('falls back where a time cannot be read', () => {
		const data = { access_token: 'x', access_token_expires_at: '2026-10-20T10:00:00Z' };
		const end = Date.UTC(2026, 9, 20, 10);
		expect(readToken({ ...data, n8n_expires_at: 'soon' })?.expiresAt).toBe(end);
		expect(readToken({ ...data, n8n_expires_at: null })?.expiresAt).toBe(end);
		expect(readToken({ access_token: 'x', access_token_expires_at: 'soon' })?.expiresAt).toBe(
			Infinity,
		);
	});

	it('tells tokens apart without showing them', () => {
		const [one, same, other] = ['agpt_xt_1', 'agpt_xt_1', 'agpt_xt_2'].map(
			(access_token) => readToken({ access_token })?.fingerprint ?? '',
		);
		expect(one).toMatch(/^[\w-]{16}$/);
		expect(one).toBe(same);
		expect(one).not.toBe(other);
		expect(one).not.toContain('agpt');
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
