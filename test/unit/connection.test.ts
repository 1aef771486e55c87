import { CLOUD_BASE_URL, platformAddress } from '../../client/connection/baseUrl';
import { readApiKey } from '../../client/connection/apiKey';
import { withoutSecrets } from '../../client/errors/platformError';

describe('A Base URL that was mistyped', () => {
	it.each([
		['http:/localhost:8006', 'http://localhost:8006/external-api/v2'],
		['https:/autogpt.example.com', 'https://autogpt.example.com/external-api/v2'],
		['http//autogpt.example.com', 'http://autogpt.example.com/external-api/v2'],
		['https:autogpt.example.com', 'https://autogpt.example.com/external-api/v2'],
		['HTTPS:///autogpt.example.com', 'https://autogpt.example.com/external-api/v2'],
		// Without TLS on one's own machine: nobody has a certificate for it.
		['localhost:8006', 'http://localhost:8006/external-api/v2'],
		['127.0.0.1:3000/_agpt', 'http://127.0.0.1:3000/_agpt/external-api/v2'],
		['[::1]:8006', 'http://[::1]:8006/external-api/v2'],
		['autogpt.example.com', 'https://autogpt.example.com/external-api/v2'],
		['https://bücher.example', 'https://xn--bcher-kva.example/external-api/v2'],
		[' https://autogpt.example.com\u00a0', 'https://autogpt.example.com/external-api/v2'],
		['', CLOUD_BASE_URL],
	])('is put right: %p', (given, baseUrl) => {
		expect(platformAddress(given).baseUrl).toBe(baseUrl);
	});

	it.each([
		'http://http://localhost:8006',
		'https://https:8006',
		'htp://localhost',
		'http://',
		'a b',
	])('is refused where nobody can tell what was meant: %p', (given) => {
		expect(() => platformAddress(given)).toThrow('Base URL');
	});

	it('is read the same every time, however often', () => {
		// Node.js before 24 answers URL.canParse wrongly for such letters once it was called often.
		for (let times = 0; times < 20_000; times++) {
			expect(() => platformAddress('https://bücher.example')).not.toThrow();
		}
	});

	it('is put right in the Web App URL, too', () => {
		const web = (webUrl: string) => platformAddress('https://a.example', webUrl).webUrl;
		expect(web('localhost:3000/')).toBe('http://localhost:3000');
		expect(web('autogpt.example.com')).toBe('https://autogpt.example.com');
		expect(web('https:/autogpt.example.com/x/')).toBe('https://autogpt.example.com/x');
		expect(() => web('https://me:s3cret@autogpt.example.com')).toThrow('Web App URL');
	});

	it('shows no password that stands in an address', () => {
		const secret = 's3cret';
		for (const given of [
			`https://me:${secret}@a b`,
			`ftp://me:${secret}@host`,
			`https://me:${secret}@host`,
		]) {
			expect(() => platformAddress(given)).toThrow(
				expect.not.objectContaining({ message: expect.stringContaining(secret) }),
			);
		}
	});
});

describe('An API key as people paste it', () => {
	it.each([' agpt_key', 'agpt_key\u00a0', '\u200bagpt_key', 'agpt_key\n', '\ufeffagpt_key\u200d'])(
		'is read without what stands around it: %j',
		(given) => expect(readApiKey(given)).toBe('agpt_key'),
	);

	it.each(['agpt_kéy', 'agpt_ k', 'agpt_\u200bkey', 'ключ'])('is refused: %j', (given) => {
		expect(() => readApiKey(given)).toThrow('API Key');
		expect(() => readApiKey(given)).not.toThrow(given);
	});

	it.each([undefined, null, 7, '', ' \u00a0'])('is empty: %j', (given) => {
		expect(readApiKey(given)).toBe('');
	});
});

describe('Texts without secrets', () => {
	const secret = 'own+secret/"x"=1';
	it.each([
		['as it is', secret],
		['in an address', encodeURIComponent(secret)],
		['in JSON', JSON.stringify(secret)],
		['in HTML', secret.replaceAll('"', '&quot;')],
		['in base64', Buffer.from(secret).toString('base64')],
		['in base64 for addresses', Buffer.from(secret).toString('base64url')],
	])('hold none %s', (_, form) => {
		expect(withoutSecrets(`before ${form} after`, [secret])).toMatch(/^before "?\*\*\*=*"? after$/);
	});
});
