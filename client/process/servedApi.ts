import type { V1EndpointName } from '../contract/v1/endpoints';

/** What a look at a server's own descriptions came to (contract: v1.md section 9). */
export type Finding =
	/** API v2; its description, parsed, where it was read. */
	| { api: 'v2'; description?: unknown }
	/** The older API v1 alone, without these of its operations. */
	| { api: 'v1'; lacking: readonly V1EndpointName[] }
	/** A form of API v1 that is too old; none of the two; or it could not be told. */
	| { api: 'tooOld' | 'none' | 'undecided' };

/** Then API v2 is tried again, since servers get updated. */
const V1_IS_KEPT_MS = 10 * 60_000;
/** For so long a server that had API v2 may be in the middle of an update. */
const V2_IS_RECENT_MS = 60 * 60_000;

/** Which API one server was seen to serve, for all who speak to it. */
export class ServedApi {
	private v1?: { until: number; lacking: readonly V1EndpointName[] };

	private v2SeenAt = -Infinity;

	private looking?: Promise<Finding>;

	/** Whether a look is under way that others wait for. */
	get isInUse(): boolean {
		return this.looking !== undefined;
	}

	/** Whether the server was found to have API v1 only, lately. */
	get isV1(): boolean {
		return this.v1 !== undefined && Date.now() < this.v1.until;
	}

	/** Operations of API v1 that an early server lacks, as far as it has described itself. */
	get lackingOfV1(): readonly V1EndpointName[] {
		return this.v1?.lacking ?? [];
	}

	/** Whether the server's description of API v1 has been read. */
	get isV1Described(): boolean {
		return this.v1 !== undefined;
	}

	/** Whether the server had API v2 within the last hour. */
	get hadV2Lately(): boolean {
		return Date.now() - this.v2SeenAt < V2_IS_RECENT_MS;
	}

	/** Notes a response of API v2. */
	noteV2(): void {
		this.v2SeenAt = Date.now();
		this.v1 = undefined;
	}

	/** Notes that the server was found to have API v1 only. */
	noteV1(lacking: readonly V1EndpointName[]): void {
		this.v1 = { until: Date.now() + V1_IS_KEPT_MS, lacking };
		this.v2SeenAt = -Infinity;
	}

	/** Forgets what was found, so that the next who asks tries API v2. */
	forget(): void {
		this.v1 = undefined;
	}

	/** Looks once for all who ask at the same time. */
	async look(look: () => Promise<Finding>): Promise<Finding> {
		this.looking ??= look().finally(() => {
			this.looking = undefined;
		});
		return await this.looking;
	}
}
