import type { Core, Reply } from './core.cts';
import { limitHeaders, tooMany } from './limits.cts';
import { errorReply } from './api.cts';
import { scopesOf } from './auth.cts';
import { isThere } from './older.cts';

type Json = Record<string, unknown>;

/** Which paths only older servers describe (section 1). */
const OLD_PATHS: Json = {
	'/library/presets': { get: { operationId: 'listPresets', responses: {} } },
	'/graphs/{graph_id}/schedules': { post: { operationId: 'createGraphSchedule', responses: {} } },
};

/** `GET /openapi.json`: needs no key, and describes the server that runs (section 1). */
export function specReply(core: Core, address: string): Reply {
	const window = core.limiter.hit(`documents ${address}`, 60, 60);
	if (window.exceeded) return errorReply(core, tooMany(window), 'GET /openapi.json');
	const { document } = core.contract;
	const info = {
		...document.info,
		description: 'This server is an AutoGPT emulator, for tests. ' + document.info.description,
	};
	const servers = [{ url: `${core.origin}/external-api/v2` }];
	const body = { ...structuredClone(document), info, servers };
	withoutLacking(core, body);
	if (core.mode.version !== 'N') asOlder(core, body);
	forgetWhatIsOff(core, body);
	return { status: 200, body, headers: limitHeaders(window) };
}

type Body = Pick<Core['contract']['document'], 'paths' | 'components'>;

function withoutLacking({ contract, mode }: Core, { paths }: Body): void {
	for (const operation of contract.operations) {
		if (isThere(mode, operation)) continue;
		const path = paths[operation.path] ?? {};
		delete path[operation.method.toLowerCase()];
		if (!Object.keys(path).some((name) => name !== 'parameters')) delete paths[operation.path];
	}
}

function asOlder({ mode }: Core, { paths, components }: Body): void {
	if (mode.version !== 'O3') Object.assign(paths, OLD_PATHS);
	else if (mode.tellsPresets) Object.assign(paths, pick('/library/presets'));
	// Values of `credentials_inputs` have no type there.
	const start = components.schemas?.AgentRunRequest as { properties: Json };
	start.properties.credentials_inputs = { type: 'object' };
}

function pick(path: string): Json {
	return { [path]: OLD_PATHS[path] };
}

/** What a mode switches off is not described either. */
function forgetWhatIsOff(core: Core, { paths, components }: Body): void {
	const { mode, contract } = core;
	if (mode.idempotency === 'ignored') {
		forgetParameters(paths['/library/agents/{agent_id}/runs']?.post, ['Idempotency-Key']);
	}
	if (!mode.runFilters) {
		forgetParameters(paths['/runs']?.get, ['statuses', 'started_after', 'started_before']);
	}
	if (mode.uploads === 'old') {
		const upload = paths['/files/upload']?.post as { responses: Json };
		const names = ['file_uri', 'file_name', 'size', 'content_type', 'expires_in_hours'];
		const properties = Object.fromEntries(names.map((name) => [name, {}]));
		const schema = { type: 'object', properties };
		upload.responses = { 200: { content: { 'application/json': { schema } } } };
	}
	if (mode.runFieldNames === 'old') {
		const start = components.schemas?.AgentRunRequest as { properties: Json };
		const { inputs, credentials_inputs: credentials, ...others } = start.properties;
		start.properties = { ...others, input_data: inputs, credentials };
	}
	if (mode.scopeNames === 'new') return;
	for (const operation of contract.operations) {
		const described = paths[operation.path]?.[operation.method.toLowerCase()] as Json | undefined;
		if (described) described['x-required-scopes'] = scopesOf(core, operation);
	}
}

function forgetParameters(operation: unknown, names: string[]): void {
	const described = operation as { parameters: Array<{ name?: string; $ref?: string }> };
	described.parameters = described.parameters.filter(({ name = '', $ref = '' }) => {
		const known = name || ($ref.split('/').pop() ?? '');
		return !names.some((one) => one.replace(/\W/g, '') === known.replace(/\W/g, ''));
	});
}
