/**
 * Reads that are under way at the same time, where their order does not matter. AutoGPT lets an
 * address present a dead token five times a minute (contract: behaviour.md section 6).
 */
export const READ_CONCURRENCY = 5;
