/** An HTTP response as n8n returns it; header names are lower-case. */
export interface HttpResponse {
	status: number;
	headers: Record<string, unknown>;
	body: unknown;
}
