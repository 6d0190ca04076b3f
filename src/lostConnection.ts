/** Errors of requests whose server ended, or was started again. No vscode here. */

/** vscode-jsonrpc: `MessageWriteError`, `PendingResponseRejected` and `ConnectionInactive`. */
const LOST_CODES: readonly unknown[] = [-32099, -32097, -32096];

/** Whether a request has no answer because nobody is there any more who could give it: how the library says that is no sentence for a user. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Asked while a server that died is not started again yet. The library tells these by a class that we do not import.
  if (/^Connection is (?:closed|disposed)\.?$/.test(error.message)) return true;
  return 'code' in error && LOST_CODES.includes(error.code);
}

export const LOST = 'The Repotune server ended before it answered. Try again; "Repotune: Show Log" says why it ended.';
