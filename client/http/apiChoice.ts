import type { Connection, N8nFunctions } from '../connection/connection';
import { apiRoot, BASE_URLS } from '../connection/baseUrl';
import { describesV2, readV1Description } from '../contract/v1/described';
import type { EndpointName } from '../contract/endpoints';
import { PlatformError, type PlatformFault } from '../errors/platformError';
import { servedApis } from '../process/processState';
import type { Finding, ServedApi } from '../process/servedApi';
import { parseJson } from '../util/json';
import { readFullResponse } from './fullResponse';
import { keylessRead } from './requests';
import { limited } from './timeLimit';
import type { ServerLacks } from './serverLacks';
import { pause } from '../process/pause';

/** During an update old and new servers may answer in turn. */
const REPEATS = 2;
const PAUSE_BEFORE_REPEAT_MS = 2_000;

/** What no API of such a server can do. */
const EARLY: PlatformFault = {
	message: 'This AutoGPT serves an early form of the older API v1, without this operation',
	description: 'Update AutoGPT to use this. Nothing was done.',
	status: 404,
	outcome: 'refused',
	server: 'lacksOperation',
	failure: { cause: 'configuration-invalid' },
};

const TOO_OLD: PlatformFault = {
	message: 'This AutoGPT serves the first form of API v1 only, which is too old for this node',
	description: 'Update AutoGPT. Nothing was done.',
	status: 404,
	outcome: 'refused',
	failure: { cause: 'configuration-invalid' },
};

/** An operation in both APIs. */
interface Ways<T> {
	name: EndpointName;
	v2: () => Promise<T>;
	v1: () => Promise<T>;
}

/** What the choice needs of the client. */
interface Surroundings {
	functions: N8nFunctions;
	connection: Connection;
	lacks: ServerLacks;
	cancelSignal: AbortSignal | undefined;
	error: (fault: PlatformFault) => PlatformError;
}

/** Whether AutoGPT does not know the path, so that nothing was done. */
export function isDoubt(error: unknown): error is PlatformError {
	return error instanceof PlatformError && error.server === 'unknownPath';
}

/** For `catch`: takes up what raises doubt about the API. */
function asDoubt(error: unknown): PlatformError {
	if (isDoubt(error)) return error;
	throw error;
}

/**
 * Chooses between API v2 and the older API v1 by the server's answers. API v2 is tried without a
 * question, so that servers that have it are asked nothing more (contract: v1.md section 9).
 */
export class ApiChoice {
	constructor(private readonly around: Surroundings) {}

	private get served(): ServedApi {
		return servedApis.of(apiRoot(this.around.connection));
	}

	/** Whether API v1 is spoken, as far as is known. */
	get isV1(): boolean {
		const { apiSetting } = this.around.connection;
		return apiSetting === 'automatic' ? this.served.isV1 : apiSetting === 'v1';
	}

	/**
	 * Carries out an operation with the API that the server has.
	 *
	 * @throws PlatformError: what API v2 answered, where the server does not let itself be judged
	 */
	async carryOut<T>(ways: Ways<T>): Promise<T> {
		const { apiSetting } = this.around.connection;
		if (apiSetting === 'v1') return await ways.v1();
		if (apiSetting === 'v2') return await ways.v2();
		if (this.served.isV1) return await this.withV1(ways);
		const first = await this.withV2(ways).catch(asDoubt);
		return first instanceof PlatformError ? await this.inDoubt(ways, first) : first;
	}

	private async withV2<T>({ v2 }: Ways<T>): Promise<T> {
		const answer = await v2().catch((error: unknown) => {
			// Only API v2 has errors with a code.
			if (error instanceof PlatformError && error.code) this.served.noteV2();
			throw error;
		});
		this.served.noteV2();
		return answer;
	}

	/** API v1 as long as the server has it: it may be dropped at any time. */
	private async withV1<T>(ways: Ways<T>): Promise<T> {
		const first = await ways.v1().catch(asDoubt);
		if (!(first instanceof PlatformError)) return first;
		this.served.forget();
		const finding = await this.look();
		switch (finding.api) {
			case 'v2':
				return await this.withV2(ways);
			case 'v1':
				this.served.noteV1(finding.lacking);
				throw this.around.error(EARLY);
			case 'none':
				throw this.around.error(this.dropped());
			default:
				throw first;
		}
	}

	private async inDoubt<T>(ways: Ways<T>, first: PlatformError): Promise<T> {
		const finding = this.served.isV1 ? undefined : await this.look();
		const lack = finding && this.lackOfV2(ways, finding);
		if (lack) throw lack;
		if (finding && (finding.api === 'v2' || this.served.hadV2Lately)) {
			const again = await this.repeat(ways, finding);
			if (again !== undefined) return again.answer;
		}
		switch (finding?.api) {
			case undefined:
				return await this.withV1(ways);
			case 'v1':
				this.served.noteV1(finding.lacking);
				return await ways.v1();
			case 'tooOld':
				throw this.around.error(TOO_OLD);
			case 'none':
				throw this.around.error(this.nothingThere());
			default:
				throw first;
		}
	}

	/** An operation that a server with API v2 does not have, by its own description. */
	private lackOfV2<T>({ name }: Ways<T>, finding: Finding): PlatformError | undefined {
		if (finding.api !== 'v2') return undefined;
		const { error, lacks } = this.around;
		lacks.note(finding.description);
		const reason = lacks.reason(name, 404);
		return reason && error(reason);
	}

	/** Tries API v2 again where it is there, or was a short time ago. */
	private async repeat<T>(ways: Ways<T>, finding: Finding): Promise<{ answer: T } | undefined> {
		const wasDescribed = finding.api === 'v2' && finding.description !== undefined;
		const repeats = wasDescribed || this.served.hadV2Lately ? REPEATS : 1;
		for (let repeat = 0; repeat < repeats; repeat++) {
			await pause(PAUSE_BEFORE_REPEAT_MS, this.around.cancelSignal);
			const answer = await this.withV2(ways).catch(asDoubt);
			if (!(answer instanceof PlatformError)) return { answer };
		}
		return undefined;
	}

	/** Reads the server's own descriptions, once for all who are in doubt at the same time. */
	private async look(): Promise<Finding> {
		return await this.served.look(async () => await this.judge());
	}

	private async judge(): Promise<Finding> {
		const { connection } = this.around;
		const v2 = await this.read(`${connection.baseUrl}/openapi.json`);
		if (v2?.status === 200) {
			const description = parseJson(v2.body);
			return describesV2(description) ? { api: 'v2', description } : { api: 'undecided' };
		}
		if (v2?.status !== 404) return { api: 'undecided' };
		const above = await this.read(`${apiRoot(connection)}/openapi.json`);
		if (above && above.status >= 300 && above.status < 400) return { api: 'v2' };
		if (above?.status === 200) return readV1Description(parseJson(above.body));
		return { api: above?.status === 404 ? 'none' : 'undecided' };
	}

	private async read(url: string) {
		const response: unknown = await this.around.functions.helpers
			.httpRequest(limited(keylessRead(url)))
			.catch(() => undefined);
		return readFullResponse(response);
	}

	private dropped(): PlatformFault {
		return {
			message: 'This AutoGPT has dropped the older API v1 that it served until now',
			description: `No AutoGPT API was found at ${apiRoot(this.around.connection)}. Check the Base URL in the credential, and whether AutoGPT is being updated; then try again. Nothing was done.`,
			status: 404,
			outcome: 'refused',
			failure: { cause: 'configuration-invalid' },
		};
	}

	private nothingThere(): PlatformFault {
		return {
			message: `No AutoGPT API was found at ${this.around.connection.baseUrl}`,
			description: `Check the Base URL in the credential. ${BASE_URLS} A proxy in between must pass the API through.`,
			status: 404,
			outcome: 'refused',
			failure: { cause: 'configuration-invalid' },
		};
	}
}
