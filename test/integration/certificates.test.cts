import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { generate, type SelfsignedOptions } from 'selfsigned';

import { networkCode, networkReason, reachAdvice, wasNeverSent } from '../../client/errors/network';
import { runNode } from '../harness/engine.cts';

const DAY_MS = 86_400_000;
const NAME = [{ name: 'commonName', value: '127.0.0.1' }];

/** A certificate for `127.0.0.1`. */
async function certificate(options: SelfsignedOptions = {}) {
	return await generate(NAME, {
		keyType: 'ec',
		algorithm: 'sha256',
		extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
		...options,
	});
}

/** The authority of a company, which no machine knows by itself. */
async function authority() {
	const made = await generate([{ name: 'commonName', value: 'Company CA' }], {
		keyType: 'ec',
		algorithm: 'sha256',
		extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
	});
	return { key: made.private, cert: made.cert };
}

async function ofAuthority(withAuthority: boolean) {
	const ca = await authority();
	const leaf = await certificate({ ca });
	return { ...leaf, cert: withAuthority ? `${leaf.cert}\n${ca.cert}` : leaf.cert };
}

const ago = (days: number) => new Date(Date.now() - days * DAY_MS);

describe('A certificate that n8n does not accept', () => {
	let server: Server | undefined;
	let requests = 0;

	afterEach(async () => {
		await new Promise<void>((closed) => (server ? server.close(() => closed()) : closed()));
		server = undefined;
		requests = 0;
	});

	it.each<[string, () => ReturnType<typeof certificate>, string, string]>([
		['made by itself', certificate, 'its certificate is self-signed', 'NODE_EXTRA_CA_CERTS'],
		[
			'of an authority of the company',
			async () => await ofAuthority(true),
			'its certificate comes from an authority that n8n does not know',
			'NODE_EXTRA_CA_CERTS',
		],
		[
			'without the one in between',
			async () => await ofAuthority(false),
			'its certificate comes from an authority that n8n does not know',
			'intermediate',
		],
		[
			'that has expired',
			async () => await certificate({ notBeforeDate: ago(9), notAfterDate: ago(1) }),
			'its certificate has expired',
			'Renew',
		],
	])('%s is named, and nothing was sent', async (_, make, message, advice) => {
		const { private: key, cert } = await make();
		server = createServer({ key, cert }, (_request, response) => {
			requests += 1;
			response.end('{}');
		});
		await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
		const { port } = server.address() as AddressInfo;
		const { error } = await runNode({
			credential: { apiKey: 'agpt_key', baseUrl: `https://127.0.0.1:${port}` },
			parameters: { resource: 'folder', operation: 'create', name: 'Tides' },
		});
		expect(error?.message).toBe(
			`AutoGPT could not be reached at https://127.0.0.1:${port}/external-api/v2: ${message}`,
		);
		expect(error?.description).toContain(advice);
		expect(error?.description).not.toContain('may have arrived');
		expect(requests).toBe(0);
	});

	it('for another host is named', () => {
		const error = Object.assign(new Error('x'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
		expect(networkReason(error)).toBe('its certificate is for another host');
		expect(reachAdvice('https://a.example', networkCode(error))).toContain("'Base URL'");
		expect(wasNeverSent(networkCode(error))).toBe(true);
	});
});
