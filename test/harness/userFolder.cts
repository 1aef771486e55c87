import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// n8n's core reads its settings when it is loaded, and must not find those of a real n8n.
const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-autogpt-'));
process.env.N8N_USER_FOLDER = folder;
process.env.N8N_LOG_LEVEL = 'debug';
process.env.N8N_LOG_OUTPUT = 'file';
process.env.N8N_LOG_FILE_LOCATION = join(folder, 'n8n.log');
process.env.N8N_ENCRYPTION_KEY = 'only for tests';
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
