/** What a thousand open waits of as many executions cost while nothing happens. */
import '../harness/userFolder.cts';

import { fork } from 'node:child_process';

import { greetingAgent } from '../emulator/agents';
import { startEmulator } from '../emulator/index.cts';
import type { OpenWaitsFigures, OpenWaitsJob } from './openWaitsChild.cts';

const WAITS = 1_000;
const MOST_BYTES = 20 * 1024;
const MOST_CPU = 0.02;

async function inChild(job: OpenWaitsJob): Promise<OpenWaitsFigures> {
	return await new Promise((resolve, reject) => {
		const child = fork(require.resolve('./openWaitsChild.cts'), {
			execArgv: ['--require', 'tsx/cjs', '--expose-gc'],
		});
		child.once('message', (figures: OpenWaitsFigures) => {
			child.kill();
			resolve(figures);
		});
		child.once('exit', (code) => reject(new Error(`The measuring process ended with ${code}`)));
		child.send(job);
	});
}

async function main(): Promise<void> {
	const emulator = await startEmulator({ checkContract: false, limits: false });
	const account = emulator.createAccount();
	const { agentId } = account.createAgent(greetingAgent, { manual: true });
	const runIds = Array.from({ length: WAITS }, () => account.startRun(agentId, { name: 'Ada' }));
	const apiKey = account.createKey();
	console.log(`Keeping ${WAITS} waits open for a minute…`);
	const figures = await inChild({ baseUrl: emulator.baseUrl, apiKey, runIds });
	await emulator.close();
	const { bytesEach, cpuShare, requests, seconds } = figures;
	const missed = [
		...(bytesEach > MOST_BYTES ? ['memory'] : []),
		...(cpuShare > MOST_CPU ? ['cpu'] : []),
	];
	console.table([
		{
			waits: WAITS,
			'memory (KB each)': (bytesEach / 1024).toFixed(1),
			'wanted (KB)': `<= ${MOST_BYTES / 1024}`,
			'cpu between checks (%)': (cpuShare * 100).toFixed(2),
			'wanted (%)': `<= ${MOST_CPU * 100}`,
			'cpu in all (%)': (figures.cpuShareInAll * 100).toFixed(2),
			'requests a minute': Math.round((requests / seconds) * 60),
			result: missed.length > 0 ? `missed: ${missed.join(', ')}` : 'ok',
		},
	]);
	process.exitCode = missed.length === 0 ? 0 : 1;
}

void main();
