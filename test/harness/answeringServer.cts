import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How far an answer comes. */
export type Course =
	/** All of it. */
	| 'whole'
	/** No byte, and the connection stays open. */
	| 'silent'
	/** No byte: the connection is cut. */
	| 'dropped'
	/** Half of the body, announced as whole; then the connection is cut. */
	| 'cut'
	/** A byte of the body now and then, for ever. */
	| 'dripping'
	/** No HTTP at all. */
	| 'garbage';

/** One answer of a server, word for word. */
export interface PlannedAnswer {
	status: number;
	headers: Record<string, string>;
	body: string;
	course: Course;
	delayMs: number;
}

/** A server on loopback that answers what it is told to, whatever it is asked. */
export interface AnsweringServer {
	origin: string;
	/** Answers in order; the last one stays. */
	plan: PlannedAnswer[];
	/** What was answered so far, to paths that do not end in `openapi.json`. */
	given: PlannedAnswer[];
	close(): Promise<void>;
}

const DRIP_MS = 20;

/** Starts a server that answers according to plan. */
export async function startAnswering(): Promise<AnsweringServer> {
	const timers = new Set<NodeJS.Timeout>();
	const answering: AnsweringServer = {
		origin: '',
		plan: [],
		given: [],
		close: async () => {
			timers.forEach((timer) => clearInterval(timer));
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
	const server = createServer((request, response) => {
		request.resume();
		const { plan, given } = answering;
		const isDescription = String(request.url).endsWith('openapi.json');
		const answer = plan[Math.min(given.length, plan.length - 1)];
		if (!answer) throw new Error('Nothing is planned.');
		if (!isDescription) given.push(answer);
		const timer = setTimeout(() => {
			timers.delete(timer);
			send(request, response, answer, timers);
		}, answer.delayMs);
		timers.add(timer);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	answering.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return answering;
}

function send(
	{ socket }: IncomingMessage,
	response: ServerResponse,
	{ status, headers, body, course }: PlannedAnswer,
	timers: Set<NodeJS.Timeout>,
): void {
	switch (course) {
		case 'silent':
			return;
		case 'dropped':
			socket.destroy();
			return;
		case 'garbage':
			socket.end('SSH-2.0-OpenSSH_9.2\r\n');
			return;
		case 'cut': {
			const bytes = Buffer.from(body);
			response.writeHead(status, { ...headers, 'Content-Length': bytes.length + 1 });
			response.write(bytes.subarray(0, bytes.length / 2), () => socket.destroy());
			return;
		}
		case 'dripping': {
			response.writeHead(status, headers);
			const timer = setInterval(() => response.write(' '), DRIP_MS);
			timers.add(timer);
			response.once('close', () => {
				clearInterval(timer);
				timers.delete(timer);
			});
			return;
		}
		default:
			response.writeHead(status, headers).end(body);
	}
}
