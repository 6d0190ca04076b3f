import * as vscode from 'vscode';
import { isEarlyTyping } from './earlyTyping.ts';
import { isLost } from './lostConnection.ts';
import type { GhostText, Suggested } from './nextEdit/ghostText.ts';
import { type InlineAnswer, plainInsertions } from './plainInsertions.ts';
import type { Session } from './session.ts';
import { writtenSchemes } from './writtenSchemes.ts';

const method = 'textDocument/inlineCompletion';

/**
 * The editor can ask as soon as the extension is active: a request waits for the starting server. The language client would register its
 * own provider only after the handshake, and the editor is slow to notice a new one.
 */
export function provideInlineCompletions(session: Session, ghostText: GhostText): vscode.Disposable {
  return vscode.languages.registerInlineCompletionItemProvider(
    [...writtenSchemes].map((scheme) => ({ scheme })),
    {
      provideInlineCompletionItems: (document, position, context, token) =>
        ghostText.answer(document, position, context, token, (asked) =>
          provide(session, document, position, asked && !isEarlyTyping() ? context : unasked(context), token),
        ),
    },
  );
}

/** The user did not ask for suggestions to choose from, whatever made the editor ask. */
function unasked(context: vscode.InlineCompletionContext): vscode.InlineCompletionContext {
  return { ...context, triggerKind: vscode.InlineCompletionTriggerKind.Automatic };
}

/** Cancelled requests answer with nothing at once: the editor drops late answers, and would log an error. */
async function provide(
  session: Session,
  document: vscode.TextDocument,
  position: vscode.Position,
  context: vscode.InlineCompletionContext,
  token: vscode.CancellationToken,
): Promise<Suggested> {
  const client = await session.connection();
  if (token.isCancellationRequested || !client?.isRunning()) return [];
  const params = client.code2ProtocolConverter.asInlineCompletionParams(document, position, context);
  try {
    const given = await client.sendRequest<InlineAnswer>(method, params, token);
    const answer = hasSeveralCursors(document) ? plainInsertions(given) : given;
    return (await client.protocol2CodeConverter.asInlineCompletionResult(answer, token)) ?? [];
  } catch (error) {
    // Nor is a server that is restarting worth a message: the next keystroke asks again.
    if (token.isCancellationRequested || isLost(error) || (error instanceof Error && error.name === 'Canceled'))
      return [];
    throw error;
  }
}

function hasSeveralCursors(document: vscode.TextDocument): boolean {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document && editor.selections.length > 1;
}
