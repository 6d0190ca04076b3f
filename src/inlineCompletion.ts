import * as vscode from 'vscode';
import type { InlineCompletionItem, InlineCompletionList } from 'vscode-languageclient';
import { isEarlyTyping } from './earlyTyping.ts';
import { isLost } from './lostConnection.ts';
import type { GhostText, Suggested } from './nextEdit/ghostText.ts';
import type { Session } from './session.ts';
import { writtenSchemes } from './writtenSchemes.ts';

const method = 'textDocument/inlineCompletion';

/**
 * The editor can ask as soon as the extension is there: a request waits for the server that is just starting. The language client would
 * register its own provider only after the handshake, and the editor takes its time to find a new one.
 */
export function provideInlineCompletions(session: Session, ghostText: GhostText): vscode.Disposable {
  return vscode.languages.registerInlineCompletionItemProvider(
    [...writtenSchemes].map((scheme) => ({ scheme })),
    {
      provideInlineCompletionItems: (...request) => ghostText.answer(...request, () => provide(session, ...request)),
    },
  );
}

/** Cancelled requests answer with nothing at once: the editor drops what comes late, and would log it as an error. */
async function provide(
  session: Session,
  document: vscode.TextDocument,
  position: vscode.Position,
  context: vscode.InlineCompletionContext,
  token: vscode.CancellationToken,
): Promise<Suggested> {
  const asked = isEarlyTyping() ? { ...context, triggerKind: vscode.InlineCompletionTriggerKind.Automatic } : context;
  const client = await session.connection();
  if (token.isCancellationRequested || !client?.isRunning()) return [];
  const params = client.code2ProtocolConverter.asInlineCompletionParams(document, position, asked);
  try {
    const answer = await client.sendRequest<InlineCompletionList | InlineCompletionItem[] | null>(
      method,
      params,
      token,
    );
    return (await client.protocol2CodeConverter.asInlineCompletionResult(answer, token)) ?? [];
  } catch (error) {
    // Nor is there anything to say of a server that is started again meanwhile: the next key asks.
    if (token.isCancellationRequested || isLost(error) || (error instanceof Error && error.name === 'Canceled'))
      return [];
    throw error;
  }
}
