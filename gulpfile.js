const { execFileSync } = require('node:child_process');
const { rmSync } = require('node:fs');
const { join } = require('node:path');
const { dest, parallel, series, src } = require('gulp');

const OUT = 'dist';

async function clean() {
	rmSync(join(__dirname, OUT), { recursive: true, force: true });
}

async function compile() {
	const compiler = require.resolve('typescript/bin/tsc');
	execFileSync(process.execPath, [compiler, '--project', 'tsconfig.json'], {
		cwd: __dirname,
		stdio: 'inherit',
	});
}

/** Icons, codex files and output schemas: what n8n reads beside the code, and nothing else. */
function copy() {
	const files = ['nodes/**/*.svg', 'nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'];
	return src(files, { base: '.', encoding: false }).pipe(dest(OUT));
}

exports.clean = clean;
exports.build = series(clean, parallel(compile, copy));
exports.default = exports.build;
