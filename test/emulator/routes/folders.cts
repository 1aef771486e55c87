import { noContent, ok, type Call, type Handlers } from '../core.cts';
import { ApiError } from '../errors.cts';
import { newId } from '../ids.cts';
import { listReply } from '../lists.cts';
import { isOwn, ownerOf, ownFolder } from '../ownership.cts';
import type { FolderRecord } from '../state.cts';
import type { Schemas } from '../types.cts';

const DEEPEST = 5;

function ownFolders({ core, principal }: Call): FolderRecord[] {
	return [...core.state.folders.values()].filter((folder) => isOwn(principal, folder));
}

function inside(call: Call, parentId: string | null): FolderRecord[] {
	return ownFolders(call).filter((folder) => folder.parentId === parentId);
}

function counts(call: Call, folder: FolderRecord) {
	const agents = [...call.core.state.agents.values()];
	return {
		agent_count: agents.filter((agent) => agent.folderId === folder.id).length,
		subfolder_count: inside(call, folder.id).length,
	};
}

function view(call: Call, folder: FolderRecord): Schemas['LibraryFolder'] {
	const { id, name, icon, color } = folder;
	return {
		id,
		name,
		icon,
		color,
		parent_id: folder.parentId,
		...counts(call, folder),
		created_at: folder.createdAt.toISOString(),
		updated_at: folder.updatedAt.toISOString(),
		organization_id: folder.organizationId,
		team_id: folder.teamId,
	};
}

function tree(call: Call, folder: FolderRecord): Schemas['LibraryFolderTree'] {
	const { id, name, icon, color } = folder;
	const children = inside(call, id).map((child) => tree(call, child));
	return { id, name, icon, color, ...counts(call, folder), children };
}

function height(call: Call, folder: FolderRecord): number {
	return 1 + Math.max(0, ...inside(call, folder.id).map((child) => height(call, child)));
}

function depth(call: Call, id: string | null): number {
	return id === null ? 0 : 1 + depth(call, ownFolder(call, id).parentId);
}

/** Name free there (409), and neither a cycle nor too deep (400). */
function checkPlace(call: Call, name: string, parentId: string | null, moved?: FolderRecord) {
	for (let id = parentId; moved && id !== null; id = ownFolder(call, id).parentId) {
		if (id === moved.id) throw new ApiError(400, 'A folder cannot be moved into itself');
	}
	if (depth(call, parentId) + (moved ? height(call, moved) : 1) > DEEPEST) {
		throw new ApiError(400, 'Folders would be nested too deep');
	}
	const taken = inside(call, parentId).some((one) => one.name === name && one !== moved);
	if (taken) throw new ApiError(409, `A folder named '${name}' exists there`);
}

function remove(call: Call, folder: FolderRecord): void {
	inside(call, folder.id).forEach((child) => remove(call, child));
	for (const agent of call.core.state.agents.values()) {
		if (agent.folderId === folder.id) agent.folderId = null;
	}
	call.core.state.folders.delete(folder.id);
}

export const folders: Handlers = {
	listFolders: (call) => {
		const parentId = (call.query.parent_id as string | undefined) ?? null;
		return listReply(call, 'folders', inside(call, parentId), (one) => view(call, one));
	},

	getFolderTree: (call) =>
		listReply(call, 'folder tree', inside(call, null), (one) => tree(call, one)),

	createFolder: (call) => {
		const body = call.body as Schemas['LibraryFolderCreate'];
		const parentId = body.parent_id ?? null;
		checkPlace(call, body.name, parentId);
		const now = call.core.clock.now();
		const folder: FolderRecord = {
			...ownerOf(call.principal),
			id: newId(),
			name: body.name,
			icon: body.icon ?? null,
			color: body.color ?? null,
			parentId,
			createdAt: now,
			updatedAt: now,
		};
		call.core.state.folders.set(folder.id, folder);
		return ok(view(call, folder), 201);
	},

	getFolder: (call) => ok(view(call, ownFolder(call))),

	updateFolder: (call) => {
		const folder = ownFolder(call);
		const body = call.body as Schemas['LibraryFolderUpdate'];
		if (body.name) checkPlace(call, body.name, folder.parentId, folder);
		folder.name = body.name ?? folder.name;
		folder.icon = body.icon ?? folder.icon;
		folder.color = body.color ?? folder.color;
		folder.updatedAt = call.core.clock.now();
		return ok(view(call, folder));
	},

	deleteFolder: (call) => {
		remove(call, ownFolder(call));
		return noContent;
	},

	moveFolder: (call) => {
		const folder = ownFolder(call);
		const parentId = (call.body as Schemas['LibraryFolderMove']).target_parent_id ?? null;
		checkPlace(call, folder.name, parentId, folder);
		folder.parentId = parentId;
		folder.updatedAt = call.core.clock.now();
		return ok(view(call, folder));
	},
};
