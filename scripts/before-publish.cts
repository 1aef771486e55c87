/**
 * Runs before `npm publish`: n8n takes community nodes only with npm's statement of provenance,
 * which GitHub Actions alone can give.
 */
if (process.env.GITHUB_ACTIONS !== 'true') {
	console.error(
		'This package is published by GitHub Actions only, so that npm can prove where it was built. Set the version in package.json, and push a tag with the same number: .github/workflows/publish.yml does the rest.',
	);
	process.exitCode = 1;
}
