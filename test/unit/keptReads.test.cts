import { KeptAnswers, type Question } from '../../client/process/keptReads';
import { monotonicNow } from '../../client/util/monotonic';

/** A read that ends when the test says so. */
function deferred() {
	const asked: Array<(value: string) => void> = [];
	const ask = async () => await new Promise<string>((resolve) => asked.push(resolve));
	return { ask, asked };
}

const tick = async () => await new Promise((resume) => setTimeout(resume, 5));

describe('Answers that executions share', () => {
	const answers = new KeptAnswers<string>();
	const question = (ask: () => Promise<string>, more: Partial<Question<string>> = {}) => ({
		...{ since: monotonicNow(), ask, keeps: () => true },
		...more,
	});

	test('those who began while a read was under way share the next one', async () => {
		const { ask, asked } = deferred();
		const first = answers.get('a', question(ask));
		await tick();
		const later = Array.from({ length: 20 }, async () => await answers.get('a', question(ask)));
		await tick();
		expect(asked).toHaveLength(1);
		asked[0]?.('old');
		await tick();
		expect(asked).toHaveLength(2);
		asked[1]?.('new');
		expect((await first).value).toBe('old');
		for (const answer of await Promise.all(later)) expect(answer.value).toBe('new');
	});

	test('a read that hangs is waited for only for a moment', async () => {
		const { ask, asked } = deferred();
		void answers.get('b', question(ask));
		await tick();
		const began = monotonicNow();
		const later = [1, 2, 3].map(async () => await answers.get('b', question(ask)));
		while (asked.length < 2) await tick();
		expect(monotonicNow() - began).toBeGreaterThan(900);
		await tick();
		expect(asked).toHaveLength(2);
		asked[1]?.('new');
		for (const answer of await Promise.all(later)) expect(answer.value).toBe('new');
		asked[0]?.('old');
	});

	test('Stop ends that, too', async () => {
		const { ask, asked } = deferred();
		void answers.get('c', question(ask));
		await tick();
		const stop = new AbortController();
		const stopped = answers.get('c', question(ask, { signal: stop.signal }));
		stop.abort(new Error('Stop'));
		await expect(stopped).rejects.toThrow('Stop');
		expect(asked).toHaveLength(1);
		asked[0]?.('old');
	});
});
