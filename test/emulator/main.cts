import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

// Through `require`: as a module this entry could not load the rest on Node 20.
const load = createRequire(__filename);
const { startEmulator } = load('./index.cts') as typeof import('./index.cts');
const { credentialAgent, greetingAgent, reviewAgent, slowAgent } = load(
	'./agents',
) as typeof import('./agents');

/** Runs the emulator until it is interrupted, with a demo account and some agents. */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { port: { type: 'string', default: '8006' }, verbose: { type: 'boolean' } },
	});
	const print = (line: string) => process.stdout.write(`${line}\n`);
	const emulator = await startEmulator({
		port: Number(values.port),
		runTimeMs: 300,
		stopBlocksMs: 15_000,
		...(values.verbose && { logger: print }),
	});
	const account = emulator.createAccount({ name: 'Demo', email: 'demo@people.example' });
	for (const agent of [greetingAgent, slowAgent, reviewAgent, credentialAgent]) {
		account.createAgent(agent);
	}
	print('Local AutoGPT emulator. Everything is in memory only.');
	print(`Base URL: ${emulator.baseUrl}`);
	print(`API key:  ${account.createKey()}`);
	print('Stop it with Ctrl+C.');
	const stop = () => void emulator.close().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

void main();
