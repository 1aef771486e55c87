import { lackingEndpoints, startsByEarlierNames, subjectsOf } from '../contract/described';
import { endpoints, type EndpointName } from '../contract/endpoints';
import type { PlatformError, PlatformFault } from '../errors/platformError';

/** Such a server would start a run without its inputs, and say nothing. */
const TOO_OLD_TO_START: PlatformFault = {
	message: 'This AutoGPT server is too old to start runs: it takes their inputs in an earlier form',
	description:
		'Update AutoGPT. Runs that were started there can be read and waited for. Nothing was started.',
	outcome: 'refused',
	server: 'lacksOperation',
	failure: { cause: 'configuration-invalid' },
};

/** What a server lacks by its own description, for as long as one execution takes. */
export class ServerLacks {
	private lacking?: readonly EndpointName[];

	private startsByEarlierNames = false;

	private asking?: Promise<unknown>;

	/** Whether the server's description has been read. */
	get isKnown(): boolean {
		return this.lacking !== undefined;
	}

	/** Notes a description, parsed; what is none of an API v2 says nothing. */
	note(description: unknown): void {
		this.lacking = lackingEndpoints(description) ?? this.lacking;
		this.startsByEarlierNames ||= startsByEarlierNames(description);
	}

	/** Has the description read, once for all who ask. */
	async ask(read: () => Promise<unknown>): Promise<void> {
		if (this.isKnown) return;
		this.asking ??= read();
		await this.asking;
	}

	/** Why an operation cannot be had of this server; undefined when nothing is known against it. */
	reason(name: EndpointName, status?: number): PlatformFault | undefined {
		if (name === 'startAgentRun' && this.startsByEarlierNames) return TOO_OLD_TO_START;
		if (!this.lacking?.includes(name)) return undefined;
		const { method, path } = endpoints[name];
		return {
			message: `This AutoGPT server does not offer this operation (${method} ${path})`,
			description: `It lacks: ${subjectsOf(this.lacking)}. It is older than this node: update AutoGPT to use this. Nothing was changed.`,
			...(status === undefined ? {} : { status }),
			outcome: 'refused',
			server: 'lacksOperation',
			failure: { cause: 'configuration-invalid' },
		};
	}
}

/**
 * Whether a refusal may mean that the server does not know the operation at all: a wrong method, a
 * 404 that names no object, or one under a path without an ID.
 */
export function isDoubtful(name: EndpointName, { status, server }: PlatformError): boolean {
	if (status === 405 || server === 'unknownPath' || server === 'unknownOperation') return true;
	return status === 404 && !endpoints[name].path.includes('{');
}
