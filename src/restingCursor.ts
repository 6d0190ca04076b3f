import * as vscode from 'vscode';
import { CursorMessages } from '../server/protocol/index.ts';
import type { Session } from './session.ts';
import { writtenSchemes } from './writtenSchemes.ts';

/** Shorter stops are on the way elsewhere. */
const RESTS_AFTER_MS = 500;

/** Tells the server where the cursor has come to rest, so that it can read there before the first key. */
export class RestingCursor implements vscode.Disposable {
  readonly #session: Pick<Session, 'connection'>;
  readonly #following: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(session: Pick<Session, 'connection'>) {
    this.#session = session;
    this.#following = vscode.Disposable.from(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) this.#moved(textEditor);
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#moved(editor)),
    );
    this.#moved(vscode.window.activeTextEditor);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#following.dispose();
  }

  /** Called with every key, too: typing moves the cursor. */
  #moved(editor: vscode.TextEditor | undefined): void {
    clearTimeout(this.#timer);
    if (editor === undefined || !writtenSchemes.has(editor.document.uri.scheme)) return;
    this.#timer = setTimeout(() => void this.#tell(editor), RESTS_AFTER_MS);
  }

  async #tell(editor: vscode.TextEditor): Promise<void> {
    const client = await this.#session.connection();
    const [selection, ...others] = editor.selections;
    if (!client?.isRunning() || editor !== vscode.window.activeTextEditor) return;
    if (!selection?.isEmpty || others.length > 0 || !showsSuggestions(editor.document)) return;
    const { uri, version } = editor.document;
    const textDocument = { uri: client.code2ProtocolConverter.asUri(uri), version };
    const { line, character } = selection.active;
    const params = { textDocument, position: { line, character } };
    // Only a hint: a server that went away meanwhile needs none.
    await client.sendNotification(CursorMessages.rests, params).catch(() => {});
  }
}

/** Otherwise no key asks for one: whoever wants one asks by command, and what was read at every pause in typing was for nobody. */
function showsSuggestions(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('editor.inlineSuggest', document).get('enabled', true);
}
