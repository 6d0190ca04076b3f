import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { isEarlyTyping } from './earlyTyping.ts';

/**
 * Schemes whose documents are code being written: files, files not saved yet, notebook cells, files of a virtual folder. Not
 * a diff's old side, a commit's blob or an output channel: our own log must not be sent to the server that writes it.
 */
export const writtenSchemes: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs']);

/** Cancelled requests answer with nothing at once: the editor drops what comes late, and would log it as an error. */
export const inlineCompletionMiddleware: Middleware = {
  provideInlineCompletionItems: async (document, position, context, token, next) => {
    if (token.isCancellationRequested) return [];
    const asked = isEarlyTyping() ? { ...context, triggerKind: vscode.InlineCompletionTriggerKind.Automatic } : context;
    try {
      return (await next(document, position, asked, token)) ?? [];
    } catch (error) {
      if (isCancellation(error, token)) return [];
      throw error;
    }
  },
};

function isCancellation(error: unknown, token: { readonly isCancellationRequested: boolean }): boolean {
  return token.isCancellationRequested || (error instanceof Error && error.name === 'Canceled');
}
