declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	/** Lints an unpacked package by the rules for verified community nodes. */
	export function analyzePackage(
		folder: string,
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}
