import type { CancellationToken } from 'vscode-languageserver';

/** Adapts LSP's cancellation token to an `AbortSignal`. */
export function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
