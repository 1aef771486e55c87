import { once } from 'node:events';
import { createServer } from 'node:net';

/** The only address that anything here listens on. */
export const LOOPBACK = '127.0.0.1';

/** Finds a port that nothing listens on. */
export async function freePort(): Promise<number> {
	const port = await listen(0);
	if (port === undefined) throw new Error('The system gave no free port.');
	return port;
}

/** Whether a server could listen on the port now. */
export async function portIsFree(port: number): Promise<boolean> {
	return (await listen(port)) !== undefined;
}

async function listen(port: number): Promise<number | undefined> {
	const server = createServer();
	try {
		server.listen(port, LOOPBACK);
		await once(server, 'listening');
	} catch {
		return undefined;
	}
	const address = server.address();
	server.close();
	await once(server, 'close');
	return typeof address === 'object' && address !== null ? address.port : undefined;
}
