import { BlockError, CrashError, type BlockContext, type Decision } from './blocks/block.cts';
import type { Values } from './blocks/block.cts';
import { fill, basePin } from './pins.cts';
import { blockOf } from './graphs.cts';
import { newId } from './ids.cts';
import type { GraphVersion, NodeExecutionRecord, RunRecord } from './state.cts';
import type { Schemas } from './types.cts';

type Node = Schemas['GraphNode'];
type Link = Schemas['GraphLink'];

/** What an execution asks of the rest of the server. */
export interface Surroundings extends Pick<
	BlockContext,
	'runGraph' | 'readFile' | 'writeFile' | 'now'
> {
	after(ms: number, run: () => void): () => void;
	credential(node: Node): { provider: string } | undefined;
	/** Asks a person; undefined means that nobody needs to be asked. */
	askReview(
		execution: NodeExecutionRecord,
		payload: unknown,
		instructions: string | null,
		editable: boolean,
	): Decision | undefined;
	spend(cents: number): void;
	/** Nothing can go on: all done, or `parked` until reviews are answered. */
	settled(parked: boolean): void;
	crashed(): void;
}

/** Thrown into blocks of a run that was stopped. */
class Stopped extends Error {}

/** Carries out the graph of one run: values travel along links from block to block. */
export class Execution {
	private readonly nodes: Map<string, Node>;
	private readonly queues = new Map<string, unknown[]>();
	private readonly statics = new Map<string, unknown>();
	private readonly pending = new Map<string, NodeExecutionRecord>();
	private readonly parked = new Map<string, (decision: Decision) => void>();
	private readonly rests = new Set<(error: Error) => void>();
	private busy = 0;
	private over = false;

	constructor(
		private readonly run: RunRecord,
		private readonly graph: GraphVersion,
		private readonly around: Surroundings,
	) {
		this.nodes = new Map(graph.nodes.map((node) => [node.id, node]));
	}

	start(): void {
		this.busy += 1;
		for (const node of this.graph.nodes) {
			if (this.linksInto(node).length === 0) this.launch(node, {});
		}
		this.leave();
	}

	/** Goes on after reviews; every parked node has a decision. */
	resume(decisions: Map<string, Decision>): void {
		this.busy += 1;
		for (const [id, decide] of [...this.parked]) {
			const decision = decisions.get(id);
			if (!decision) continue;
			this.parked.delete(id);
			this.busy += 1;
			decide(decision);
		}
		this.leave();
	}

	/** Ends everything; nothing that blocks still do has an effect. */
	stop(): void {
		this.over = true;
		for (const reject of this.rests) reject(new Stopped());
		for (const execution of this.run.nodeExecutions) {
			if (['INCOMPLETE', 'QUEUED', 'RUNNING', 'REVIEW'].includes(execution.status)) {
				execution.status = 'TERMINATED';
				execution.endedAt = this.around.now();
			}
		}
	}

	private linksInto(node: Node): Link[] {
		return this.graph.links.filter((link) => link.sink_id === node.id);
	}

	private deliver(link: Link, value: unknown): void {
		const node = this.nodes.get(link.sink_id);
		if (!node) return;
		const key = `${node.id} ${link.sink_name}`;
		if (link.is_static) this.statics.set(key, value);
		else this.queues.set(key, [...(this.queues.get(key) ?? []), value]);
		const execution = this.pending.get(node.id) ?? this.expect(node);
		execution.inputs[link.sink_name] ??= value;
		this.tryLaunch(node);
	}

	/** Notes an execution that waits for the rest of its inputs. */
	private expect(node: Node): NodeExecutionRecord {
		const execution: NodeExecutionRecord = {
			id: newId(),
			nodeId: node.id,
			status: 'INCOMPLETE',
			inputs: {},
			outputs: {},
			startedAt: null,
			endedAt: null,
		};
		this.pending.set(node.id, execution);
		this.run.nodeExecutions.push(execution);
		return execution;
	}

	private tryLaunch(node: Node): void {
		const pins = [...new Set(this.linksInto(node).map((link) => link.sink_name))];
		const key = (pin: string) => `${node.id} ${pin}`;
		const ready = pins.every(
			(pin) => this.statics.has(key(pin)) || (this.queues.get(key(pin))?.length ?? 0) > 0,
		);
		if (!ready) return;
		const linked: Values = {};
		for (const pin of pins) {
			const queue = this.queues.get(key(pin));
			linked[pin] = queue?.length ? queue.shift() : this.statics.get(key(pin));
		}
		this.launch(node, linked);
		const left = pins.some((pin) => (this.queues.get(key(pin))?.length ?? 0) > 0);
		if (left) {
			this.expect(node);
			this.tryLaunch(node);
		}
	}

	private launch(node: Node, linked: Values): void {
		const inputs = fill({ ...node.input_default }, linked);
		const spec = blockOf(node);
		if (spec.block.block_type === 'INPUT') {
			const name = String(inputs.name);
			if (Object.hasOwn(this.run.inputs, name)) inputs.value = this.run.inputs[name];
			else if (inputs.value === undefined || inputs.value === null) {
				inputs.value = spec.property?.(inputs).default;
			}
		}
		const execution = this.pending.get(node.id) ?? this.expect(node);
		this.pending.delete(node.id);
		execution.inputs = inputs;
		execution.status = 'RUNNING';
		execution.startedAt = this.around.now();
		this.busy += 1;
		void this.work(node, execution);
	}

	private async work(node: Node, execution: NodeExecutionRecord): Promise<void> {
		const spec = blockOf(node);
		try {
			for await (const [pin, value] of spec.run(execution.inputs, this.context(node, execution))) {
				if (this.over) return;
				this.emit(node, execution, pin, value);
			}
			if (this.over) return;
			execution.status = 'COMPLETED';
			execution.endedAt = this.around.now();
			this.around.spend(spec.costCents);
		} catch (error) {
			if (this.over || error instanceof Stopped) return;
			this.fail(node, execution, error instanceof Error ? error : new Error(String(error)));
		}
		this.leave();
	}

	private fail(node: Node, execution: NodeExecutionRecord, error: Error): void {
		execution.status = 'FAILED';
		execution.endedAt = this.around.now();
		this.emit(node, execution, 'error', error.message);
		if (error instanceof CrashError) {
			this.stop();
			this.around.crashed();
		} else if (!(error instanceof BlockError)) {
			execution.outputs.error = [`Internal error of the block: ${error.message}`];
		}
	}

	private emit(node: Node, execution: NodeExecutionRecord, pin: string, value: unknown): void {
		(execution.outputs[pin] ??= []).push(value);
		if (blockOf(node).block.block_type === 'OUTPUT' && pin === 'output') {
			(this.run.outputs[String(execution.inputs.name)] ??= []).push(value);
		}
		for (const link of this.graph.links) {
			if (link.source_id !== node.id || basePin(link.source_name) !== pin) continue;
			const part = pick(value, link.source_name.slice(pin.length));
			if (part !== undefined) this.deliver(link, part);
		}
	}

	private leave(): void {
		this.busy -= 1;
		if (this.busy === 0 && !this.over) this.around.settled(this.parked.size > 0);
	}

	private context(node: Node, execution: NodeExecutionRecord): BlockContext {
		const { now, runGraph, readFile, writeFile } = this.around;
		return {
			now,
			runGraph,
			readFile,
			writeFile,
			credential: () => this.around.credential(node),
			wait: (ms) =>
				new Promise((resolve, reject) => {
					this.rests.add(reject);
					this.around.after(ms, () => {
						this.rests.delete(reject);
						resolve();
					});
				}),
			review: (payload, instructions, editable) => {
				const decided = this.around.askReview(execution, payload, instructions, editable);
				if (decided) return Promise.resolve(decided);
				execution.status = 'REVIEW';
				return new Promise((resolve) => {
					this.parked.set(execution.id, (decision) => {
						execution.status = 'RUNNING';
						resolve(decision);
					});
					this.leave();
				});
			},
		};
	}
}

/** A part of an output: `_#_key` of a dictionary, `_$_0` of a list, `_@_name` of an object. */
function pick(value: unknown, path: string): unknown {
	if (path === '') return value;
	const key = path.slice(3);
	if (value === null || typeof value !== 'object') return undefined;
	return (value as Record<string, unknown>)[key];
}
