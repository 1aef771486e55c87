import tseslint from 'typescript-eslint';

/**
 * What the parts of the pack may do beside importing each other, which .dependency-cruiser.cjs
 * holds. n8n's own rules stay as they are.
 */

const HELPERS =
	'/^(httpRequest|httpRequestWithAuthentication|requestWithAuthentication|requestWithAuthenticationPaginated|requestOAuth1|requestOAuth2|refreshOAuth2Token)$/';

const EGRESS =
	'Requests leave through client/http only: there the credential, redirects, rate limits and errors are taken care of.';

const STATE =
	'State that outlives an execution belongs into client/process, where it is bounded, keyed by credential and reset by tests.';

const egress = [
	`MemberExpression[property.name=${HELPERS}]`,
	`MemberExpression[computed=true][property.value=${HELPERS}]`,
	`ObjectPattern > Property[key.name=${HELPERS}]`,
	"MemberExpression[property.name='request'][object.name='helpers']",
	"MemberExpression[property.name='request'][object.property.name='helpers']",
	"CallExpression[callee.name='fetch']",
	'NewExpression[callee.name=/^(XMLHttpRequest|WebSocket|EventSource)$/]',
].map((selector) => ({ selector, message: EGRESS }));

/** Of a module: `const x = …` and `export const x = …`. */
const atTop = ['Program', 'Program > ExportNamedDeclaration'];

const state = [
	...atTop.flatMap((top) => [
		`${top} > VariableDeclaration[kind!='const']`,
		`${top} > VariableDeclaration > VariableDeclarator[init.type='NewExpression']`,
		`${top} > VariableDeclaration > VariableDeclarator[init.type='ObjectExpression'][init.properties.length=0]`,
		`${top} > VariableDeclaration > VariableDeclarator[init.type='ArrayExpression'][init.elements.length=0]`,
	]),
	"PropertyDefinition[static=true][value.type='NewExpression']",
	'PropertyDefinition[static=true][readonly!=true]',
].map((selector) => ({ selector, message: STATE }));

const NEWER =
	'Older versions of n8n that the pack supports lack this, or have less of it: use its bridge in client/compat.';

const newer = [
	"ImportDeclaration[source.value='n8n-workflow'] > ImportSpecifier[imported.name='sleep']",
	'MemberExpression[property.name=/^(isToolExecution|getPollBudgetMs)$/]',
	"ClassDeclaration[superClass.name='NodeApiError']",
	"NewExpression[callee.name='NodeApiError']",
].map((selector) => ({ selector, message: NEWER }));

/** Signed requests are limited in the transport, which gives its signal to n8n in another way. */
const endless = {
	selector:
		"CallExpression[callee.property.name='httpRequest'][arguments.0.callee.name!='limited']",
	message:
		'Wrap the request in limited() of client/http/timeLimit: a response that drips outlasts the timeout of n8n.',
};

const canParse = {
	selector: "MemberExpression[object.name='URL'][property.name='canParse']",
	message:
		'Use readUrl of client/util/url: Node.js before 24 is wrong about letters such as ü here.',
};

const restrict = (...selectors) => ({
	'no-restricted-syntax': ['error', canParse, endless, ...selectors.flat()],
});

export default tseslint.config(
	{
		files: ['client/**/*.ts', 'nodes/**/*.ts', 'credentials/**/*.ts'],
		languageOptions: { parser: tseslint.parser },
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
		rules: restrict(egress, state, newer),
	},
	{
		files: [
			'client/http/**/*.ts',
			// n8n tests a credential in a context of its own, without a node that uses it.
			'nodes/shared/credentialProbe.ts',
			// A file from an address that the user gives, which is no matter of AutoGPT.
			'nodes/AutoGpt/resources/file/remoteFile.ts',
		],
		rules: restrict(state, newer),
	},
	{ files: ['client/process/**/*.ts'], rules: restrict(egress, newer) },
	{ files: ['client/compat/**/*.ts'], rules: restrict(egress, state) },
);
