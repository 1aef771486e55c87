import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ServerClock } from './clock.cts';
import { newId } from './ids.cts';
import type { FileRecord, State } from './state.cts';
import type { Schemas } from './types.cts';

const MIME_TYPES: Record<string, string> = {
	'.txt': 'text/plain',
	'.md': 'text/markdown',
	'.csv': 'text/csv',
	'.html': 'text/html',
	'.json': 'application/json',
	'.xml': 'application/xml',
	'.pdf': 'application/pdf',
	'.zip': 'application/zip',
	'.png': 'image/png',
	'.jpg': 'image/jpeg',
	'.jpeg': 'image/jpeg',
	'.gif': 'image/gif',
	'.svg': 'image/svg+xml',
	'.webp': 'image/webp',
	'.mp3': 'audio/mpeg',
	'.wav': 'audio/wav',
	'.mp4': 'video/mp4',
	'.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	'.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Up to this size a file is kept in memory, above it in a temporary file. */
const IN_MEMORY_BYTES = 8 * 1024 * 1024;

/** The type comes from the file name (section 12). */
export function mimeTypeOf(name: string): string {
	return MIME_TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream';
}

/** Only the last part of a name is kept (section 12). */
export function baseName(name: string): string {
	return basename(name.replaceAll('\\', '/')) || 'upload';
}

/** Content that arrived, before it is known whether it is kept. */
export interface Received {
	sizeBytes: number;
	sha256: string;
	content: FileRecord['content'];
	/** The upload was longer than allowed; the rest was read and dropped. */
	tooLarge: boolean;
	/** The test word of a virus scanner was in it. */
	virus: boolean;
}

/** The bytes of files, never all of a large one in memory. */
export class Storage {
	private folder: string | undefined;

	constructor(
		private readonly state: State,
		private readonly clock: ServerClock,
	) {}

	/** Reads a stream to its end, keeping up to `maxBytes` of it. */
	async receive(stream: Readable, maxBytes: number): Promise<Received> {
		const hash = createHash('sha256');
		let chunks: Buffer[] = [];
		let spool: { path: string; out: ReturnType<typeof createWriteStream> } | undefined;
		let sizeBytes = 0;
		let virus = false;
		for await (const piece of stream) {
			const chunk = piece as Buffer;
			sizeBytes += chunk.length;
			if (sizeBytes > maxBytes) {
				chunks = [];
				continue;
			}
			hash.update(chunk);
			virus ||= chunk.includes('EICAR');
			if (!spool && sizeBytes > IN_MEMORY_BYTES) {
				const path = this.spoolPath();
				spool = { path, out: createWriteStream(path) };
				for (const kept of chunks) spool.out.write(kept);
				chunks = [];
			}
			if (!spool) chunks.push(chunk);
			else if (!spool.out.write(chunk)) {
				const { out } = spool;
				await new Promise<void>((resume) => out.once('drain', resume));
			}
		}
		if (spool) {
			const { out } = spool;
			await new Promise<void>((done) => out.end(() => done()));
		}
		const tooLarge = sizeBytes > maxBytes;
		const content = spool ? { path: spool.path } : Buffer.concat(chunks);
		if (tooLarge) this.discard(content);
		return { sizeBytes, sha256: hash.digest('hex'), content, tooLarge, virus };
	}

	/** Keeps a file of a user. */
	add(
		userId: string,
		name: string,
		received: Pick<Received, 'content' | 'sizeBytes' | 'sha256'>,
		mimeType = mimeTypeOf(name),
	): FileRecord {
		const now = this.clock.now();
		const { content, sizeBytes, sha256 } = received;
		const file: FileRecord = {
			id: newId(),
			userId,
			name,
			mimeType,
			sizeBytes,
			sha256,
			createdAt: now,
			updatedAt: now,
			deleted: false,
			content,
		};
		this.state.files.set(file.id, file);
		return file;
	}

	/** Keeps a small file whose content is at hand. */
	addContent(userId: string, name: string, content: Buffer, mimeType?: string): FileRecord {
		const sha256 = createHash('sha256').update(content).digest('hex');
		return this.add(userId, name, { content, sizeBytes: content.length, sha256 }, mimeType);
	}

	/** The live file of that name, if the user has one. */
	named(userId: string, name: string): FileRecord | undefined {
		return this.of(userId).find((file) => file.name === name);
	}

	of(userId: string): FileRecord[] {
		return [...this.state.files.values()].filter((file) => file.userId === userId && !file.deleted);
	}

	remove(file: FileRecord): void {
		file.deleted = true;
		this.discard(file.content);
		file.content = Buffer.alloc(0);
	}

	open(file: FileRecord): Readable {
		const { content } = file;
		return Buffer.isBuffer(content) ? Readable.from([content]) : createReadStream(content.path);
	}

	read(file: FileRecord): Buffer {
		return Buffer.isBuffer(file.content) ? file.content : readFileSync(file.content.path);
	}

	discard(content: FileRecord['content']): void {
		if (!Buffer.isBuffer(content)) rmSync(content.path, { force: true });
	}

	close(): void {
		if (this.folder) rmSync(this.folder, { recursive: true, force: true });
	}

	private spoolPath(): string {
		this.folder ??= mkdtempSync(join(tmpdir(), 'autogpt-emulator-'));
		return join(this.folder, newId());
	}
}

/** The reference that file inputs take (section 12). */
export function fileUri(file: FileRecord): string {
	return `workspace://${file.id}#${file.mimeType}`;
}

export function fileView(file: FileRecord): Schemas['WorkspaceFile'] {
	return {
		id: file.id,
		name: file.name,
		path: `/${file.name}`,
		mime_type: file.mimeType,
		size_bytes: file.sizeBytes,
		created_at: file.createdAt.toISOString(),
		updated_at: file.updatedAt.toISOString(),
	};
}
