import { requireScopes } from '../auth.cts';
import { blocks } from '../blocks/index.cts';
import type { Call, Handlers } from '../core.cts';
import { approvedOf, listingView } from '../listings.cts';
import { listReply } from '../lists.cts';
import { isOwn } from '../ownership.cts';
import type { Schemas } from '../types.cts';
import { agentView } from '../views.cts';

type Kind = Schemas['SearchContentType'];
type Result = Schemas['SearchResult'];

function result(
	content_type: Kind,
	content_id: string,
	searchable_text: string,
	metadata: Record<string, unknown>,
	updated_at: string | null = null,
): Result {
	return { content_type, content_id, searchable_text, metadata, updated_at, combined_score: 1 };
}

function providers(): string[] {
	const needs = [...blocks.values()].flatMap((spec) => Object.values(spec.credentials ?? {}));
	return [...new Set(needs.flatMap((need) => need.providers))];
}

/** All there is to find of one kind. Own content is only looked at when asked for. */
function contents({ core, principal }: Call, kind: Kind): Result[] {
	if (kind === 'BLOCK') {
		return [...blocks.values()].map(({ block: { id, name, description, categories } }) =>
			result(kind, id, `${name} ${description}`, {
				name,
				categories: categories.map((one) => one.category),
			}),
		);
	}
	if (kind === 'INTEGRATION') {
		return providers().map((name) => result(kind, name, name, { name, categories: [] }));
	}
	if (kind === 'STORE_AGENT') {
		return approvedOf(core).map((record) => {
			const { name, description, slug, creator } = listingView(core, record);
			const { categories, listing_version_id: id } = record.submission;
			return result(kind, id, `${name} ${description}`, { name, slug, creator, categories });
		});
	}
	if (kind === 'LIBRARY_AGENT') {
		const own = [...core.state.agents.values()].filter((agent) => isOwn(principal, agent));
		return own.map((agent) => {
			const { id, name, description, updated_at } = agentView(core, agent, false);
			return result(kind, id, `${name} ${description}`, { name }, updated_at);
		});
	}
	if (kind === 'WORKSPACE_FILE') {
		return core.storage
			.of(principal.user.id)
			.map(({ id, name, updatedAt }) => result(kind, id, name, { name }, updatedAt.toISOString()));
	}
	return [];
}

export const search: Handlers = {
	search: (call) => {
		const kinds = call.query.content_types as Kind[];
		if (kinds.includes('LIBRARY_AGENT')) requireScopes(call.principal, ['READ_LIBRARY']);
		if (kinds.includes('WORKSPACE_FILE')) requireScopes(call.principal, ['READ_FILES']);
		const words = String(call.query.query).toLowerCase().split(/\s+/);
		const category = call.query.category;
		const found = kinds
			.flatMap((kind) => contents(call, kind))
			.filter(({ searchable_text: text, metadata }) => {
				const categories = (metadata?.categories ?? []) as unknown[];
				return (
					words.every((word) => text.toLowerCase().includes(word)) &&
					(category === undefined || categories.includes(category))
				);
			});
		return listReply(call, 'search', found, (one) => one);
	},
};
