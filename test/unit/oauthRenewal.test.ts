import { explainRenewal, renewedInTime, TokenUnavailable } from '../../client/oauth/renewal';

describe('renewedInTime', () => {
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
});

describe('explainRenewal', () => {
	it.each([
		['invalid_grant', 'must be connected again', 'press Connect'],
		['invalid_client', 'did not accept the Client ID', 'Check both'],
		[
			'unauthorized_client',
			'relay does not serve the Client ID',
			"the field 'Client ID' of the node",
		],
		['temporarily_unavailable', 'could not be renewed for now', "'Token URL'"],
	])('says what to do after %s', (error, message, advice) => {
		const explained = explainRenewal({ status: 400, body: { error } }, 'Ours');
		expect(explained.message).toContain(message);
		expect(explained.advice).toContain(advice);
	});
});
