import type * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

/** Schemes whose documents are not code being written: a diff's old side, a commit's blob, an output channel. */
const readOnlySchemes = new Set(['git', 'output', 'vscode-scm', 'review']);

/** Cancelled requests answer with nothing at once: the editor drops what comes late, and would log it as an error. */
export const inlineCompletionMiddleware: Middleware = {
  provideInlineCompletionItems: async (document, position, context, token, next) => {
    if (token.isCancellationRequested || readOnlySchemes.has(document.uri.scheme)) return [];
    try {
      return (await next(document, position, context, token)) ?? [];
    } catch (error) {
      if (isCancellation(error, token)) return [];
      throw error;
    }
  },
};

function isCancellation(error: unknown, token: vscode.CancellationToken): boolean {
  return token.isCancellationRequested || (error instanceof Error && error.name === 'Canceled');
}
