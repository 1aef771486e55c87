import fc from 'fast-check';
import { NodeApiError, type INodeExecutionData } from 'n8n-workflow';

import { LONGEST_OVERLAP_MS } from '../../nodes/AutoGptTrigger/times';
import { setStage, type Stage } from '../harness/account.cts';
import { setTrigger, type TestTrigger } from '../harness/poll.cts';
import { greetingAgent } from '../emulator/agents';
import type { Account } from '../emulator/index.cts';

/** How many random histories are played; thousands by hand, some in every test run. */
const HISTORIES = Number(process.env.PROPERTY_RUNS ?? 60);
/** Repeats the histories of another run of this test, which named it. */
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const MINUTE_MS = 60_000;

type Step =
	| { do: 'start' | 'finish' | 'ask' | 'answer' | 'delete'; pick: number }
	| { do: 'finishBehind'; pick: number; minutes: number }
	| { do: 'hide'; pick: number; polls: number; unreadableAfter: number }
	| { do: 'burst'; count: number }
	| { do: 'wait'; minutes: number }
	| { do: 'drift'; seconds: number }
	| { do: 'poll'; budgetMs?: number }
	| { do: 'pollWhileMoving'; picks: number[] }
	| { do: 'pollWithFault'; skip: number; kind: 'drop' | 'busy' | 'page' | 'forbidden' }
	| { do: 'restart' }
	| { do: 'crash'; pollBefore: boolean };

type Hidden = Extract<Step, { do: 'hide' }>;

const pick = fc.nat(1_000);
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 8, arbitrary: fc.record({ do: fc.constant('start' as const), pick }) },
	{ weight: 8, arbitrary: fc.record({ do: fc.constant('finish' as const), pick }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), pick }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), pick }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), pick }) },
	{
		// A worker whose clock is behind says that the run ended before it was created.
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('finishBehind' as const),
			pick,
			minutes: fc.constantFrom(1, 7, 25),
		}),
	},
	{
		// A status that no list has, of a run that cannot be read: also when it is back.
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('hide' as const),
			pick,
			polls: fc.constantFrom(1, 5),
			unreadableAfter: fc.constantFrom(0, 6),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('burst' as const),
			count: fc.integer({ min: 90, max: 130 }),
		}),
	},
	{
		weight: 5,
		arbitrary: fc.record({
			do: fc.constant('wait' as const),
			minutes: fc.constantFrom(0.1, 1, 4, 6, 11, 90, 3_000),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('drift' as const),
			seconds: fc.integer({ min: -60, max: 60 }),
		}),
	},
	{
		weight: 10,
		arbitrary: fc.record({
			do: fc.constant('poll' as const),
			budgetMs: fc.constantFrom(undefined, undefined, 0, 30, 100),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('pollWhileMoving' as const),
			picks: fc.array(pick, { minLength: 1, maxLength: 6 }),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('pollWithFault' as const),
			skip: fc.nat(4),
			// Lost connections and bad gateways are tried again after a pause, so they come seldom.
			kind: fc.oneof(
				{ weight: 9, arbitrary: fc.constant('busy' as const) },
				{ weight: 9, arbitrary: fc.constant('forbidden' as const) },
				{ weight: 1, arbitrary: fc.constant('drop' as const) },
				{ weight: 1, arbitrary: fc.constant('page' as const) },
			),
		}),
	},
	{ weight: 2, arbitrary: fc.constant({ do: 'restart' as const }) },
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constant('crash' as const), pollBefore: fc.boolean() }),
	},
);

const history = fc.record({
	skewHours: fc.constantFrom(0, 0, -9, 9),
	olderRuns: fc.nat(3),
	steps: fc.array(step, { minLength: 5, maxLength: 40 }),
});

function reviewEvent(review: string): string {
	return `review.requested:${review.split(':')[0]}`;
}

/** Event and ID of what it is about, without the rest of the event's own ID. */
function kindOf(eventId: string): string {
	return eventId.split(':').slice(0, 2).join(':');
}

/** Plays one history, and notes what really happened. */
class Play {
	readonly emitted: string[] = [];
	private readonly account: Account;
	private readonly agentId: string;
	private readonly open: string[] = [];
	private readonly waiting: Array<{ review: string; run: string }> = [];
	private readonly finished = new Set<string>();
	/** When each run finished, by the clock of the server. */
	private readonly ends = new Map<string, number>();
	/** When each event came, by the server's clock. */
	private readonly emittedAt = new Map<string, number>();

	/** Runs that may be reported of although they go on, for nobody could see what became of them. */
	private readonly hidden = new Set<string>();
	private readonly started = new Set<string>();
	private readonly asked = new Map<string, string>();
	private readonly deleted = new Set<string>();
	private node: TestTrigger;
	/** What n8n has on disk without durable cursors: the state at the last emission. */
	private kept: string;

	constructor(private readonly stage: Stage) {
		this.account = stage.emulator.createAccount();
		({ agentId: this.agentId } = this.account.createAgent(greetingAgent, { manual: true }));
		const credential = { apiKey: this.account.createKey(), baseUrl: stage.emulator.baseUrl };
		const parameters = {
			events: ['runFinished', 'runStarted', 'reviewRequested'],
			outcomes: ['completed', 'completedWithFailedBlocks', 'failed', 'stopped'],
		};
		this.node = setTrigger({ credential, parameters });
		this.kept = '{}';
	}

	async begin(olderRuns: number): Promise<void> {
		for (let run = 0; run < olderRuns; run++) {
			const id = this.account.startRun(this.agentId);
			if (run % 2 === 0) this.open.push(id);
			else this.account.finishRun(id);
		}
		await this.node.poll();
		// Activation stores the state of the first poll.
		this.kept = this.node.staticData();
	}

	async take(one: Step): Promise<void> {
		switch (one.do) {
			case 'burst':
				for (let run = 0; run < one.count; run++) this.start();
				for (let run = 0; run < one.count - 5; run++) this.finish(run * 7);
				break;
			case 'finishBehind':
				this.finishBehind(one);
				break;
			case 'hide':
				await this.hide(one);
				break;
			case 'wait':
				this.stage.emulator.clock.advance(one.minutes * MINUTE_MS);
				break;
			case 'drift':
				this.stage.emulator.clock.skewMs += one.seconds * 1_000;
				break;
			case 'poll':
				this.node.budgetMs = one.budgetMs;
				await this.pollThatMayFail();
				this.node.budgetMs = undefined;
				break;
			case 'pollWhileMoving':
				await this.pollWhileMoving(one.picks);
				break;
			case 'pollWithFault':
				await this.pollWithFault(one);
				break;
			case 'restart':
				this.node = this.node.restart();
				break;
			case 'crash':
				// Killed before n8n has stored anything of the poll: nobody has seen its items.
				if (one.pollBefore) await this.node.poll();
				this.node = this.node.restart({ staticData: this.kept });
				break;
			default:
				this.change(one.do, one.pick);
		}
	}

	private change(what: 'start' | 'finish' | 'ask' | 'answer' | 'delete', number: number): void {
		if (what === 'start') this.start();
		if (what === 'finish') this.finish(number);
		if (what === 'ask') this.ask(number);
		if (what === 'answer') this.answer(number);
		if (what === 'delete') this.delete(number);
	}

	private start(): void {
		const id = this.account.startRun(this.agentId);
		this.started.add(id);
		this.open.push(id);
	}

	private finish(number: number): void {
		const [id] = this.open.splice(number % Math.max(1, this.open.length), 1);
		if (id === undefined) return;
		this.withdraw(id);
		const statuses = ['COMPLETED', 'FAILED', 'TERMINATED'] as const;
		this.account.finishRun(id, statuses[number % 3]);
		this.finished.add(id);
		this.ends.set(id, this.stage.emulator.clock.now().getTime());
	}

	private finishBehind({ pick: number, minutes }: { pick: number; minutes: number }): void {
		const id = this.open[number % Math.max(1, this.open.length)];
		this.finish(number);
		const run = id === undefined ? undefined : this.account.run(id);
		if (run?.endedAt) run.endedAt = new Date(run.endedAt.getTime() - minutes * MINUTE_MS);
	}

	private async hide({ pick: number, polls, unreadableAfter }: Hidden): Promise<void> {
		const id = this.open[number % Math.max(1, this.open.length)];
		if (id === undefined) return;
		const run = this.account.run(id);
		const { status } = run;
		const path = new RegExp(`/runs/${id}$`);
		this.hidden.add(id);
		this.stage.emulator.faults.add({ path, times: Infinity, kind: { html: 404 } });
		run.status = 'PAUSED' as typeof status;
		for (let poll = 0; poll < polls; poll++) await this.pollThatMayFail();
		run.status = status;
		for (let poll = 0; poll < unreadableAfter; poll++) await this.pollThatMayFail();
		this.stage.emulator.faults.clear();
	}

	private ask(number: number): void {
		const run = this.open[number % Math.max(1, this.open.length)];
		if (run === undefined) return;
		const review = this.account.requestReview(run);
		this.asked.set(review, run);
		this.waiting.push({ review, run });
	}

	private answer(number: number): void {
		const one = this.waiting[number % Math.max(1, this.waiting.length)];
		if (!one) return;
		this.withdraw(one.run);
		this.account.setRunStatus(one.run, 'RUNNING');
	}

	/** Reviews of a run that goes on or ends wait no more. */
	private withdraw(run: string): void {
		for (const record of this.account.reviews()) {
			if (record.runId === run && record.status === 'WAITING') record.status = 'APPROVED';
		}
		const left = this.waiting.filter((one) => one.run !== run);
		this.waiting.splice(0, this.waiting.length, ...left);
	}

	private delete(number: number): void {
		const runs = this.account.runs().filter(({ deleted }) => !deleted);
		const run = runs[number % Math.max(1, runs.length)];
		if (!run) return;
		run.deleted = true;
		this.deleted.add(run.id);
		this.withdraw(run.id);
		const at = this.open.indexOf(run.id);
		if (at >= 0) this.open.splice(at, 1);
	}

	private async pollWhileMoving(picks: number[]): Promise<void> {
		const poll = this.node.poll();
		const moves = (async () => {
			for (const number of picks) {
				await new Promise((resolve) => setTimeout(resolve, number % 3));
				const what = (['start', 'finish', 'finish', 'delete'] as const)[number % 4] ?? 'start';
				this.change(what, number);
			}
		})();
		const [items] = await Promise.all([poll, moves]);
		this.note(items);
	}

	private async pollWithFault({ skip, kind }: { skip: number; kind: string }): Promise<void> {
		const { faults } = this.stage.emulator;
		const times = 12;
		if (kind === 'drop') faults.add({ skip, times, kind: { before: 'drop' } });
		if (kind === 'busy') {
			faults.add({ skip, times, kind: { status: 429, headers: { 'Retry-After': '60' } } });
		}
		if (kind === 'forbidden') faults.add({ skip, times, kind: { status: 403 } });
		if (kind === 'page') faults.add({ skip, times, kind: { html: 502 } });
		await this.pollThatMayFail();
		faults.clear();
	}

	private async pollThatMayFail(): Promise<void> {
		const before = this.node.staticData();
		try {
			this.note(await this.node.poll());
		} catch (error) {
			expect(error).toBeInstanceOf(NodeApiError);
			expect(this.node.staticData()).toBe(before);
		}
	}

	private note(items: INodeExecutionData[]): void {
		const ids = items.map(({ json }) => String(json.event_id));
		this.emitted.push(...ids);
		const now = this.stage.emulator.clock.now().getTime();
		for (const id of ids) this.emittedAt.set(kindOf(id), now);
		if (items.length > 0) this.kept = this.node.staticData();
	}

	/** Polls until nothing is left to report. */
	async settle(): Promise<void> {
		for (let quiet = 0; quiet < 2;) {
			const items = await this.node.poll();
			this.note(items);
			quiet = items.length === 0 ? quiet + 1 : 0;
		}
	}

	/** Lets what ended leave the lists, after which nothing of it is remembered. */
	async passTime(): Promise<void> {
		for (let polls = 0; polls < 2; polls++) {
			this.stage.emulator.clock.advance(LONGEST_OVERLAP_MS + MINUTE_MS);
			this.note(await this.node.poll());
		}
	}

	check(): void {
		const kinds = this.emitted.map(kindOf);
		expect(new Set(kinds).size).toBe(kinds.length);
		const reported = new Set(kinds);
		const surely = [
			...[...this.started].filter((id) => !this.deleted.has(id)).map((id) => `run.started:${id}`),
			...[...this.finished].filter((id) => !this.deleted.has(id)).map((id) => `run.finished:${id}`),
			...this.waiting.map(({ review }) => reviewEvent(review)),
		];
		expect(surely.filter((event) => !reported.has(event))).toEqual([]);
		const possible = new Set([
			...[...this.started].map((id) => `run.started:${id}`),
			...[...this.finished, ...this.hidden].map((id) => `run.finished:${id}`),
			...[...this.asked.keys()].map((review) => reviewEvent(review)),
		]);
		expect(kinds.filter((event) => !possible.has(event))).toEqual([]);
		for (const run of [...this.started, ...this.asked.values()]) {
			if (this.hidden.has(run)) continue;
			const placesOf = (...events: string[]) =>
				events.map((event) => kinds.indexOf(event)).filter((place) => place >= 0);
			const reviews = [...this.asked]
				.filter(([, asking]) => asking === run)
				.map(([review]) => reviewEvent(review));
			const groups = [
				placesOf(`run.started:${run}`),
				placesOf(...reviews).sort((a, b) => a - b),
				placesOf(`run.finished:${run}`),
			].flat();
			expect([...groups].sort((a, b) => a - b)).toEqual(groups);
		}
	}

	/** What is remembered is bounded by open runs, and by what ended or was reported within the overlap. */
	checkSize(): void {
		const now = this.stage.emulator.clock.now().getTime();
		const isRecent = (time = 0) => now - time < 11 * MINUTE_MS;
		const recent = this.account
			.runs()
			.filter(
				({ id }) =>
					isRecent(this.ends.get(id)) || isRecent(this.emittedAt.get(`run.finished:${id}`)),
			).length;
		const reviews = this.asked.size;
		const bound = 2_000 + 120 * (this.open.length + recent + reviews);
		expect(this.node.staticData().length).toBeLessThan(bound);
	}
}

/** What has gone wrong once, and is tried each time. */
const KNOWN_FAULTS: Array<[{ skewHours: number; olderRuns: number; steps: Step[] }]> = [
	// A run that no poll had seen was in a status that no list has, and longer than polls look back.
	[
		{
			skewHours: 0,
			olderRuns: 0,
			steps: [
				{ do: 'start', pick: 0 },
				{ do: 'wait', minutes: 90 },
				{ do: 'hide', pick: 0, polls: 1, unreadableAfter: 0 },
				{ do: 'finish', pick: 0 },
			],
		},
	],
];

describe(`AutoGPT Trigger, for any history (PROPERTY_SEED=${SEED})`, () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await setStage({ mode: { rateLimitHeaders: false }, checkContract: false });
	});

	afterAll(async () => await stage.emulator.close());

	async function play({
		skewHours,
		olderRuns,
		steps,
	}: {
		skewHours: number;
		olderRuns: number;
		steps: Step[];
	}) {
		stage.emulator.clock.skewMs = skewHours * 60 * MINUTE_MS;
		stage.emulator.requests.length = 0;
		const one = new Play(stage);
		await one.begin(olderRuns);
		for (const each of steps) await one.take(each);
		await one.settle();
		one.check();
		await one.passTime();
		one.checkSize();
	}

	it(
		`reports everything once and in order (${HISTORIES} histories)`,
		async () => {
			await fc.assert(fc.asyncProperty(history, play), {
				numRuns: HISTORIES,
				seed: SEED,
				examples: KNOWN_FAULTS,
			});
		},
		Math.max(120_000, HISTORIES * 1_000),
	);
});
