import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

import { LOOPBACK } from './ports.cts';

export interface Mail {
	to: string;
	subject: string;
	/** The text or HTML, decoded. */
	text: string;
}

/** A mail server on loopback that keeps what it is sent. */
export interface Mailbox {
	port: number;
	/** The mails so far. */
	mails: Mail[];
	close(): Promise<void>;
}

function readMail(mail: string): Mail {
	const [head = '', body = ''] = mail.split(/\r\n\r\n(.*)/s);
	const header = (name: string) =>
		new RegExp(`^${name}: (.*(?:\\r\\n\\s.*)*)`, 'im').exec(head)?.[1]?.replaceAll(/\r\n\s/g, ' ');
	const isQuoted = header('Content-Transfer-Encoding') === 'quoted-printable';
	const isOfParts = header('Content-Type')?.startsWith('multipart') === true;
	return {
		to: header('To') ?? '',
		subject: header('Subject') ?? '',
		text: isQuoted || isOfParts ? unquoted(body) : body,
	};
}

/** Takes the soft line breaks and codes of quoted-printable out of a text. */
function unquoted(text: string): string {
	return text
		.replaceAll(/=\r\n/g, '')
		.replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Starts a mail server that takes every mail without a login. */
export async function openMailbox(): Promise<Mailbox> {
	const mails: Mail[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['AUTH', 'STARTTLS'],
		onData: (stream, _session, done) => {
			let mail = '';
			stream.setEncoding('utf8').on('data', (part: string) => (mail += part));
			stream.on('end', () => {
				mails.push(readMail(mail));
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
