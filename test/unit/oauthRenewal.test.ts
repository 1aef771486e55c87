import { renewedInTime, TokenUnavailable } from '../../client/oauth/renewal';

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
