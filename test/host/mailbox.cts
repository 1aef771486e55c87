import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

import { LOOPBACK } from './ports.cts';

/** A mail server on loopback that keeps what it is sent. */
export interface Mailbox {
	port: number;
	/** HTML of the mails so far, decoded. */
	mails: string[];
	close(): Promise<void>;
}

/** Takes the soft line breaks and codes of quoted-printable out of a mail. */
function decoded(mail: string): string {
	const [, body = ''] = mail.split(/\r\n\r\n(.*)/s);
	return body
		.replaceAll(/=\r\n/g, '')
		.replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Starts a mail server that takes every mail without a login. */
export async function openMailbox(): Promise<Mailbox> {
	const mails: string[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['AUTH', 'STARTTLS'],
		onData: (stream, _session, done) => {
			let mail = '';
			stream.setEncoding('utf8').on('data', (part: string) => (mail += part));
			stream.on('end', () => {
				mails.push(decoded(mail));
				done();
			});
		},
	});
	const listening = server.listen(0, LOOPBACK);
	await once(listening, 'listening');
	return {
		port: (listening.address() as AddressInfo).port,
		mails,
		close: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
	};
}
