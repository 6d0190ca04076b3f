/** Errors of requests whose server ended or was restarted. No vscode here. */

/** vscode-jsonrpc: `MessageWriteError`, `PendingResponseRejected` and `ConnectionInactive`. */
const LOST_CODES: readonly unknown[] = [-32099, -32097, -32096];

/** Whether a request failed because its server is gone: the library's wording of that is not fit for users. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Asked before a dead server was restarted. The library marks these with a class that we do not import.
  if (/^Connection is (?:closed|disposed)\.?$/.test(error.message)) return true;
  return 'code' in error && LOST_CODES.includes(error.code);
}

/** Of a server that ended before it was ready. */
export const NOT_STARTED =
  'The Repotune server ended while it was starting. "Repotune: Show Log" says why; "Repotune: Restart Server" tries again.';

export const LOST = 'The Repotune server ended before it answered. Try again; "Repotune: Show Log" says why it ended.';
