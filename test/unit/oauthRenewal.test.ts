import {
	AccountNeedsReconnect,
	explainRenewal,
	newTokenRefused,
	notConnected,
	renewedInTime,
	TokenUnavailable,
} from '../../client/oauth/renewal';

describe('renewedInTime', () => {
	afterEach(() => {
		jest.useRealTimers();
	});

	it('gives back what was renewed', async () => {
		await expect(renewedInTime(Promise.resolve('token'))).resolves.toBe('token');
	});

	it('passes on why it was not renewed', async () => {
		await expect(renewedInTime(Promise.reject(new Error('no')))).rejects.toThrow('no');
	});

	it('does not wait for ever', async () => {
		const silent = new Promise<string>(() => undefined);
		const renewal = renewedInTime(silent, 20);
		await expect(renewal).rejects.toThrow('did not answer within 0 seconds');
		await expect(renewal).rejects.toBeInstanceOf(TokenUnavailable);
		await expect(renewal).rejects.toHaveProperty(
			'advice',
			expect.stringContaining('needs a free place'),
		);
	});

	it('waits for a minute, for what passes by itself', async () => {
		jest.useFakeTimers();
		const ended = jest.fn();
		renewedInTime(new Promise<string>(() => undefined)).catch(ended);
		await jest.advanceTimersByTimeAsync(59_999);
		expect(ended).not.toHaveBeenCalled();
		await jest.advanceTimersByTimeAsync(1);
		expect(ended).toHaveBeenCalledWith(
			expect.objectContaining({
				message: expect.stringContaining('within 60 seconds') as string,
				failure: { cause: 'temporarily-unavailable' },
			}),
		);
	});

	it('waits no longer once it was answered', async () => {
		jest.useFakeTimers();
		await renewedInTime(Promise.resolve('token'));
		await jest.advanceTimersByTimeAsync(0);
		expect(jest.getTimerCount()).toBe(0);
	});
});

describe('explainRenewal', () => {
	const said = (error: unknown) => ({ status: 400, body: { error } });

	it.each([
		['invalid_grant', 'must be connected again', 'press Connect', 'credential-invalid'],
		['invalid_client', 'did not accept the Client ID', 'Check both', 'credential-invalid'],
		[
			'unauthorized_client',
			'relay does not serve the Client ID',
			"the field 'Client ID' of the node",
			'configuration-invalid',
		],
		[
			'invalid_request',
			'lacks something in it',
			'Check that Client ID and Client Secret are filled in',
			'configuration-invalid',
		],
		[
			'temporarily_unavailable',
			'could not be renewed for now',
			"'Token URL'",
			'temporarily-unavailable',
		],
	])('says what to do after %s', (error, message, advice, cause) => {
		const explained = explainRenewal(said(error), 'Ours');
		expect(explained.message).toContain(message);
		expect(explained.advice).toContain(advice);
		expect(explained.failure).toEqual({ cause });
		expect(explained instanceof AccountNeedsReconnect).toBe(error === 'invalid_grant');
	});

	it.each([
		['a page', '<html></html>'],
		['an error without a name', { error: 5 }],
		['nothing', undefined],
	])('names the status of an answer with %s', (_, body) => {
		const { message, failure } = explainRenewal({ status: 502, body }, 'Ours');
		expect(message).toContain('answered with status 502');
		expect(failure).toEqual({ cause: 'configuration-invalid' });
	});

	it.each([
		new Error('connect ECONNREFUSED'),
		{ status: 'late' },
		{ message: 'reconnect' },
		'cut off',
		null,
	])('takes %p for an answer that never came', (error) => {
		const explained = explainRenewal(error, 'Ours');
		expect(explained.message).toContain('did not renew the access token: ');
		expect(explained.failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(explained).not.toBeInstanceOf(AccountNeedsReconnect);
	});

	it('asks to connect again where n8n does', () => {
		const explained = explainRenewal(new Error('Please Reconnect this account'), 'Ours');
		expect(explained).toBeInstanceOf(AccountNeedsReconnect);
	});
});

describe('An account that cannot be used', () => {
	it('was never connected', () => {
		const failure = notConnected('Ours');
		expect(failure).toBeInstanceOf(AccountNeedsReconnect);
		expect(failure.message).toContain("'Ours' is not connected");
		expect(failure.advice).toContain('press Connect');
	});

	it('was renewed in vain', () => {
		const failure = newTokenRefused();
		expect(failure.message).toContain('although its access was just renewed');
		expect(failure.advice).toContain('press Connect');
		expect(failure).not.toBeInstanceOf(AccountNeedsReconnect);
	});
});
