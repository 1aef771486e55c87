import { isStored, readExecution, readSummary } from './execution.cts';
import type { Execution, ExecutionSummary } from './execution.cts';
import { asArray, asObject, asText, type JsonObject } from './json.cts';
import { N8nApiError, N8nSession } from './session.cts';
import { until } from './until.cts';
import type { CredentialReference, WorkflowDraft } from './workflow.cts';

/** A workflow as n8n stores it. `versionId` is what gets published. */
export interface StoredWorkflow {
	id: string;
	name: string;
	versionId: string;
	active: boolean;
}

export interface WebhookAnswer {
	status: number;
	body: unknown;
}

const EXECUTION_TIMEOUT_MS = 120_000;
const PUBLICATION_TIMEOUT_MS = 30_000;

/** Drives one n8n over the REST API that its editor uses. */
export class N8nApi {
	readonly session: N8nSession;

	constructor(readonly url: string) {
		this.session = new N8nSession(url);
	}

	/** A driver that is logged in as the owner, who is made first if need be. */
	static async logIn(url: string): Promise<N8nApi> {
		const api = new N8nApi(url);
		await api.session.logIn();
		return api;
	}

	async createCredential(
		name: string,
		type: string,
		data: JsonObject,
	): Promise<CredentialReference> {
		const body = { name, type, data };
		return readReference(await this.session.request('POST', '/rest/credentials', body));
	}

	async updateCredential(
		id: string,
		name: string,
		type: string,
		data: JsonObject,
	): Promise<CredentialReference> {
		const body = { name, type, data };
		return readReference(await this.session.request('PATCH', `/rest/credentials/${id}`, body));
	}

	async listCredentials(): Promise<Array<CredentialReference & { type: string }>> {
		const list = asArray(await this.session.request('GET', '/rest/credentials'), 'credentials');
		return list.map((entry) => {
			const type = asText(asObject(entry, 'credential').type, 'credential: type');
			return { ...readReference(entry), type };
		});
	}

	async deleteCredential(id: string): Promise<void> {
		await this.session.request('DELETE', `/rest/credentials/${id}`);
	}

	/** Tests a stored credential as the editor does: with its data, the secrets blanked by n8n. */
	async testCredential(id: string): Promise<{ status: string; message: string }> {
		const path = `/rest/credentials/${id}?includeData=true`;
		const stored = asObject(await this.session.request('GET', path), 'credential');
		const { name, type, data } = stored;
		const body = { credentials: { id, name, type, data } };
		const answer = await this.session.request('POST', '/rest/credentials/test', body);
		const result = asObject(answer, 'credential test');
		return {
			status: asText(result.status, 'credential test: status'),
			message: asText(result.message, 'credential test: message'),
		};
	}

	async createWorkflow(draft: WorkflowDraft): Promise<StoredWorkflow> {
		// Before, a workflow without a word on that cannot be stored.
		const body = this.isBefore(2, 20) ? { ...draft, active: false } : draft;
		return readWorkflow(await this.session.request('POST', '/rest/workflows', body));
	}

	async updateWorkflow(id: string, change: Partial<WorkflowDraft>): Promise<StoredWorkflow> {
		return readWorkflow(await this.session.request('PATCH', `/rest/workflows/${id}`, change));
	}

	async getWorkflow(id: string): Promise<StoredWorkflow & { stored: JsonObject }> {
		const stored = await this.session.request('GET', `/rest/workflows/${id}`);
		return { ...readWorkflow(stored), stored: asObject(stored, 'workflow') };
	}

	async listWorkflows(): Promise<StoredWorkflow[]> {
		const answer = await this.session.request('GET', '/rest/workflows');
		return asArray(answer, 'workflows').map(readWorkflow);
	}

	/** n8n deletes only what was archived before. */
	async deleteWorkflow(id: string): Promise<void> {
		await this.session.request('POST', `/rest/workflows/${id}/archive`, {});
		await this.session.request('DELETE', `/rest/workflows/${id}`);
	}

	/** Whether this n8n is older than a version such as 2.20. */
	private isBefore(major: number, minor: number): boolean {
		const [ownMajor = 0, ownMinor = 0] = this.session.version.split('.').map(Number);
		return ownMajor < major || (ownMajor === major && ownMinor < minor);
	}

	/** n8n 1 knows no publishing: its workflows are active or not. */
	private get publishes(): boolean {
		return !this.isBefore(2, 0);
	}

	/** Publishes the newest version: its triggers and webhooks begin to work a moment later. */
	async activate(workflow: StoredWorkflow): Promise<void> {
		if (!this.publishes) return await this.setActive(workflow.id, true);
		const body = { versionId: workflow.versionId };
		await this.session.request('POST', `/rest/workflows/${workflow.id}/activate`, body);
	}

	async deactivate(workflowId: string): Promise<void> {
		if (!this.publishes) return await this.setActive(workflowId, false);
		await this.session.request('POST', `/rest/workflows/${workflowId}/deactivate`, {});
	}

	private async setActive(workflowId: string, active: boolean): Promise<void> {
		await this.session.request('PATCH', `/rest/workflows/${workflowId}`, { active });
	}

	/** Starts the workflow as the editor's button does, and gives back the execution's id. */
	async startManually(workflowId: string, triggerName: string): Promise<string> {
		const trigger = { triggerToStartFrom: { name: triggerName } };
		// Earlier versions take the workflow from the editor.
		const body = this.isBefore(2, 20)
			? { ...trigger, workflowData: (await this.getWorkflow(workflowId)).stored }
			: trigger;
		const answer = await this.session.request('POST', `/rest/workflows/${workflowId}/run`, body);
		return asText(asObject(answer, 'run').executionId, 'run: executionId');
	}

	/** Runs the workflow as the editor's button does, and waits for its end. */
	async runManually(workflowId: string, triggerName: string): Promise<Execution> {
		return await this.waitForExecution(await this.startManually(workflowId, triggerName));
	}

	/** The newest executions first. */
	async listExecutions(workflowId?: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify(workflowId ? { workflowId } : {}));
		const answer = await this.session.request('GET', `/rest/executions?limit=100&filter=${filter}`);
		return asArray(asObject(answer, 'executions').results, 'executions').map(readSummary);
	}

	async getExecution(id: string): Promise<Execution> {
		return await readExecution(await this.session.request('GET', `/rest/executions/${id}`));
	}

	async waitForExecution(id: string, timeoutMs = EXECUTION_TIMEOUT_MS): Promise<Execution> {
		return await until(timeoutMs, `execution ${id} to end`, async () => {
			const execution = await this.getExecution(id).catch(ifNotYetStored);
			return execution && isStored(execution) ? execution : undefined;
		});
	}

	async stopExecution(id: string): Promise<void> {
		await this.session.request('POST', `/rest/executions/${id}/stop`);
	}

	/** Runs a failed execution again from the node that failed, as "Retry" does. */
	async retryExecution(id: string, loadWorkflow = false): Promise<Execution> {
		const body = { loadWorkflow };
		const answer = await this.session.request('POST', `/rest/executions/${id}/retry`, body);
		return await this.waitForExecution(asText(asObject(answer, 'retry').id, 'retry: id'));
	}

	/** Posts to a published webhook. Publishing is asynchronous, so a 404 is waited out. */
	async callWebhook(path: string, body: unknown): Promise<WebhookAnswer> {
		return await until(PUBLICATION_TIMEOUT_MS, `webhook ${path} to be published`, async () => {
			const response = await fetch(`${this.url}/webhook/${path}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			const text = await response.text();
			if (response.status === 404 && text.includes('not registered')) return undefined;
			return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
		});
	}
}

/** n8n 2.20 fails to show an execution whose data it is about to store. */
function ifNotYetStored(error: unknown): undefined {
	const isEarly = error instanceof N8nApiError && error.message.includes("'resultData'");
	if (!isEarly) throw error;
}

function readReference(value: unknown): CredentialReference {
	const credential = asObject(value, 'credential');
	return {
		id: asText(credential.id, 'credential: id'),
		name: asText(credential.name, 'credential: name'),
	};
}

function readWorkflow(value: unknown): StoredWorkflow {
	const workflow = asObject(value, 'workflow');
	return {
		id: asText(workflow.id, 'workflow: id'),
		name: asText(workflow.name, 'workflow: name'),
		versionId: asText(workflow.versionId, 'workflow: versionId'),
		active: workflow.active === true,
	};
}
