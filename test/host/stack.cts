import { startEmulator } from '../emulator/index.cts';
import { N8nApi } from './api.cts';
import { ensureHost } from './install.cts';
import { startN8n, type N8n } from './n8n.cts';
import { buildPack, installPack } from './pack.cts';
import type { CredentialReference } from './workflow.cts';

export type Emulator = Awaited<ReturnType<typeof startEmulator>>;
export type EmulatorOptions = NonNullable<Parameters<typeof startEmulator>[0]>;
export type Account = ReturnType<Emulator['createAccount']>;

/** A real n8n with the pack in it, beside an AutoGPT emulator, and a credential. */
export interface Stack {
	emulator: Emulator;
	account: Account;
	apiKey: string;
	n8n: N8n;
	api: N8nApi;
	credential: CredentialReference;
	/** What a node of the pack needs in its `credentials`. */
	credentials: Record<string, CredentialReference>;
	/** Ends n8n, politely or as a crash does, and starts it again over the same folder and port. */
	restart(how: 'stop' | 'kill'): Promise<void>;
	stop(): Promise<void>;
}

export interface StackOptions {
	userFolder: string;
	/** Version of n8n; left out: the default version. */
	version?: string;
	port?: number;
	/** The packed pack; left out, it is built and packed. */
	tarball?: string;
	emulator?: EmulatorOptions;
	n8nEnv?: Record<string, string>;
	logFile?: string;
	onProgress?: (line: string) => void;
	signal?: AbortSignal;
}

export const PACKAGE_NAME = 'n8n-nodes-autogpt';
export const AUTOGPT_NODE = `${PACKAGE_NAME}.autoGpt`;
export const CREDENTIAL_TYPE = 'autoGptApi';
const CREDENTIAL_NAME = 'AutoGPT (AutoGPT emulator)';

/** Starts everything in order; whatever was started is stopped again if a later part fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
	const { signal, userFolder } = options;
	const progress = options.onProgress ?? (() => {});
	const install = await ensureHost({ version: options.version, onProgress: progress, signal });
	if (!options.tarball) progress('Building and packing this pack…');
	const tarball = options.tarball ?? (await buildPack(signal));

	const started: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (let end = started.pop(); end; end = started.pop()) await end();
	};
	try {
		const emulator = await startEmulator(options.emulator);
		started.push(async () => await emulator.close());
		progress('Starting n8n…');
		await installPack(userFolder, tarball, signal);
		const { n8nEnv: env, logFile } = options;
		const n8nOptions = { userFolder, env, logFile, install, signal };
		const n8n = await startN8n({ ...n8nOptions, port: options.port });
		started.push(async () => await n8n.stop());
		const api = await N8nApi.logIn(n8n.url);
		const account = emulator.createAccount({ name: 'Demo' });
		const apiKey = account.createKey();
		const credential = await storeCredential(api, emulator, apiKey);
		const credentials = { [CREDENTIAL_TYPE]: credential };
		const stack: Stack = {
			...{ emulator, account, apiKey, n8n, api, credential, credentials, stop },
			restart: async (how) => {
				await stack.n8n[how]();
				const next = await startN8n({ ...n8nOptions, port: n8n.port });
				started.push(async () => await next.stop());
				stack.n8n = next;
				stack.api = await N8nApi.logIn(next.url);
			},
		};
		return stack;
	} catch (error) {
		await stop();
		throw error;
	}
}

/** An n8n that was used before keeps its credential; only where it points to is new. */
async function storeCredential(
	api: N8nApi,
	{ baseUrl, webUrl }: Emulator,
	apiKey: string,
): Promise<CredentialReference> {
	const data = { baseUrl, apiKey, teamId: '', webUrl };
	const stored = (await api.listCredentials()).find(
		(credential) => credential.type === CREDENTIAL_TYPE && credential.name === CREDENTIAL_NAME,
	);
	return stored
		? await api.updateCredential(stored.id, CREDENTIAL_NAME, CREDENTIAL_TYPE, data)
		: await api.createCredential(CREDENTIAL_NAME, CREDENTIAL_TYPE, data);
}
