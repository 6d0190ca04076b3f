import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { messageOf } from '../../server/common/messageOf.ts';
import {
  NEXT_EDIT_CAPABILITY,
  type NextEditAnswer,
  type NextEditDiagnostic,
  NextEditMessages,
} from '../../server/protocol/index.ts';
import { isLost } from '../lostConnection.ts';
import type { Session } from '../session.ts';
import { Errors } from './errors.ts';
import { Wanted } from './wanted.ts';

/** A keystroke both changes the text and moves the cursor, yet makes one request. The server waits for the pause in typing. */
const TOGETHER_MS = 30;

export interface Answered {
  readonly editor: vscode.TextEditor;
  /** The document's version when it was asked about, still current. */
  readonly version: number;
  readonly answer: NextEditAnswer;
  /** Requested by a command. */
  readonly invoked: boolean;
}

/** Requests next edits as the user works, and cancels requests that are no longer wanted. */
export class Asking implements vscode.Disposable {
  readonly #session: Session;
  readonly #log: vscode.LogOutputChannel;
  readonly #wanted: Wanted;
  readonly #errors: Errors;
  readonly #onAnswer: (answered: Answered) => void;
  readonly #onErrors: () => void;
  #timer: NodeJS.Timeout | undefined;
  #asked: vscode.CancellationTokenSource | null = null;
  /** A request is pending. */
  #underWay = false;
  /** A language server reported new errors meanwhile. */
  #again = false;
  #reason: string | null = null;

  constructor(
    session: Session,
    log: vscode.LogOutputChannel,
    { onAnswer, onErrors, onSettings }: { onAnswer(answered: Answered): void; onErrors(): void; onSettings(): void },
  ) {
    this.#session = session;
    this.#log = log;
    this.#onAnswer = onAnswer;
    this.#wanted = new Wanted(onSettings);
    this.#errors = new Errors({
      isOn: () => this.#wanted.on,
      onNew: () => {
        this.#again = this.#underWay;
        if (!this.#underWay) onErrors();
      },
    });
    this.#onErrors = onErrors;
  }

  /** Whether next edits are enabled, and there is a server that supports them. */
  async available(): Promise<boolean> {
    return this.#wanted.on && knowsNextEdits(await this.#session.connection());
  }

  seen(document: vscode.TextDocument): void {
    if (this.#wanted.on) this.#errors.seen(document);
  }

  edited(): void {
    this.#errors.edited();
  }

  soon(editor: vscode.TextEditor): void {
    this.cancel();
    if (this.#isWanted(editor)) this.#timer = setTimeout(() => void this.#ask(editor, false), TOGETHER_MS);
  }

  /** Why nothing is asked; null if something was, once it is answered. */
  async now(editor: vscode.TextEditor): Promise<string | null> {
    this.cancel();
    const reason =
      this.#wanted.whyNot(editor) ?? ((await this.#wanted.writable(editor.document)) ? null : 'it is read-only');
    this.#tell(editor.document, reason);
    if (reason === null) await this.#ask(editor, true);
    return reason;
  }

  cancel(): void {
    this.#underWay = false;
    this.#again = false;
    clearTimeout(this.#timer);
    this.#asked?.cancel();
    this.#asked?.dispose();
    this.#asked = null;
  }

  dispose(): void {
    this.cancel();
    this.#errors.dispose();
    this.#wanted.dispose();
  }

  async #ask(editor: vscode.TextEditor, invoked: boolean): Promise<void> {
    const source = new vscode.CancellationTokenSource();
    this.#asked = source;
    this.#underWay = true;
    await this.#send(editor, invoked, source.token);
    // A newer request is still running.
    if (this.#asked !== source) return;
    this.#underWay = false;
    if (this.#again) this.#onErrors();
    this.#again = false;
  }

  async #send(editor: vscode.TextEditor, invoked: boolean, token: vscode.CancellationToken): Promise<void> {
    const client = await this.#session.connection();
    if (token.isCancellationRequested || !client?.isRunning() || !knowsNextEdits(client)) return;
    const { document } = editor;
    if (!(await this.#wanted.writable(document))) {
      this.#tell(document, 'it is read-only');
      return;
    }
    if (token.isCancellationRequested || vscode.window.activeTextEditor !== editor) return;
    const { version } = document;
    const { line, character } = editor.selection.active;
    try {
      const answer = await client.sendRequest<NextEditAnswer | null>(
        NextEditMessages.ask,
        {
          textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri), version },
          position: { line, character },
          context: { triggerKind: invoked ? 1 : 2, ...this.#diagnostics(document, client) },
        },
        token,
      );
      if (token.isCancellationRequested || answer === null || document.version !== version) return;
      if (vscode.window.activeTextEditor === editor) this.#onAnswer({ editor, version, answer, invoked });
    } catch (error) {
      if (token.isCancellationRequested || isLost(error) || (error instanceof Error && error.name === 'Canceled'))
        return;
      this.#log.warn(`next edit: ${messageOf(error)}`);
    }
  }

  #diagnostics(document: vscode.TextDocument, client: LanguageClient): { diagnostics?: NextEditDiagnostic[] } {
    const diagnostics = this.#errors.since(document, (uri) => client.code2ProtocolConverter.asUri(uri));
    return diagnostics.length === 0 ? {} : { diagnostics };
  }

  #isWanted(editor: vscode.TextEditor): boolean {
    const reason = this.#wanted.whyNot(editor);
    this.#tell(editor.document, reason);
    return reason === null;
  }

  /** Logs a reason once, until it changes. */
  #tell({ uri }: vscode.TextDocument, reason: string | null): void {
    const told = reason === null ? null : `no next edits in ${vscode.workspace.asRelativePath(uri)}: ${reason}`;
    if (told !== null && told !== this.#reason) this.#log.debug(told);
    this.#reason = told;
  }
}

function knowsNextEdits(client: LanguageClient | null): boolean {
  const experimental: unknown = client?.initializeResult?.capabilities.experimental;
  return typeof experimental === 'object' && experimental !== null && NEXT_EDIT_CAPABILITY in experimental;
}
