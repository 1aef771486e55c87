/** What one piece of work took, in the process that did it. */
export interface Figures {
	/** What the work itself reports, such as how many runs it saw finished. */
	result: number;
	milliseconds: number;
	/** Time on the processor, user and system. */
	cpuMilliseconds: number;
	/** Resident memory before, after a garbage collection, and the most that was seen, in bytes. */
	idleBytes: number;
	peakBytes: number;
}

const SAMPLE_MS = 10;

/** Does a piece of work and measures it. Needs `--expose-gc`. */
export async function measured(work: () => Promise<number>): Promise<Figures> {
	globalThis.gc?.();
	const idleBytes = process.memoryUsage.rss();
	let peakBytes = idleBytes;
	const look = () => {
		peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
	};
	const timer = setInterval(look, SAMPLE_MS);
	const cpu = process.cpuUsage();
	const began = performance.now();
	try {
		const result = await work();
		const milliseconds = performance.now() - began;
		const { user, system } = process.cpuUsage(cpu);
		look();
		return { result, milliseconds, cpuMilliseconds: (user + system) / 1000, idleBytes, peakBytes };
	} finally {
		clearInterval(timer);
	}
}
