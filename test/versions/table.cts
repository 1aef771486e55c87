import { asArray, asObject, asText, type JsonObject } from '../host/json.cts';

/** How one check went in one version of n8n. */
interface Cell {
	version: string;
	check: string;
	text: string;
}

function cellsOf(report: JsonObject): Cell[] {
	return asArray(report.testResults, 'test results')
		.flatMap((file) => asArray(asObject(file, 'test file').assertionResults, 'results'))
		.filter((value) => asObject(value, 'result').status !== 'pending')
		.map((value) => {
			const result = asObject(value, 'result');
			const version = asText(asArray(result.ancestorTitles, 'titles')[0], 'title');
			const seconds = typeof result.duration === 'number' ? result.duration / 1000 : 0;
			const text = result.status === 'passed' ? `${seconds.toFixed(1)} s` : 'FAILED';
			return { version, check: asText(result.title, 'title'), text };
		});
}

const row = (cells: string[]) => `| ${cells.join(' | ')} |`;

/** What jest reports in JSON, as a table in Markdown: a row for each check, a column for each n8n. */
export function tableOf(report: JsonObject): string {
	const cells = cellsOf(report);
	const versions = [...new Set(cells.map(({ version }) => version))];
	const checks = [...new Set(cells.map(({ check }) => check))];
	const textOf = (wanted: string, of: string) =>
		cells.find(({ version, check }) => version === of && check === wanted)?.text ?? '';
	return [
		row(['Check', ...versions]),
		row(['---', ...versions.map(() => '---')]),
		...checks.map((check) => row([check, ...versions.map((version) => textOf(check, version))])),
	].join('\n');
}
