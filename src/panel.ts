import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import {
  type AdapterComparison,
  type Answer,
  type Question,
  readFromPanel,
  type ToPanel,
} from '../webview/messages.ts';
import { listTeamAdapters } from './commands/share.ts';
import type { Session } from './session.ts';

/** The side panel: hands the server's state to the webview and the webview's commands to the editor. */
export class PanelProvider implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #root: vscode.Uri;
  readonly #session: Session;
  readonly #disposables: vscode.Disposable[];
  #view: vscode.WebviewView | null = null;
  /** A hidden panel has no page: what is sent meanwhile is lost. */
  #hasPage = false;
  /** Minutes of measuring: kept for the page that comes next. */
  #comparison: { readonly comparison: AdapterComparison; readonly fresh: boolean } | null = null;

  constructor(extensionUri: vscode.Uri, session: Session) {
    this.#root = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#session = session;
    this.#disposables = [
      vscode.window.registerWebviewViewProvider('repotune.panel', this),
      session.onChanged(() => this.#send()),
      session.onCompared((comparison) => {
        this.#comparison = { comparison, fresh: true };
        this.#sendComparison();
      }),
      session.onLiveComparison(() => void this.#answer('live')),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#hasPage = false;
    view.webview.options = { enableScripts: true, localResourceRoots: [this.#root] };
    view.webview.onDidReceiveMessage((message: unknown) => this.#receive(message), null, this.#disposables);
    view.onDidChangeVisibility(
      () => {
        if (!view.visible) this.#hasPage = false;
        this.#send();
      },
      null,
      this.#disposables,
    );
    view.onDidDispose(() => {
      if (this.#view !== view) return;
      this.#view = null;
      this.#hasPage = false;
    });
    view.webview.html = this.#page(view.webview);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #receive(message: unknown): Promise<void> {
    const known = readFromPanel(message);
    if (known?.type === 'ready') {
      this.#hasPage = true;
      this.#send();
      this.#sendComparison();
    }
    if (known?.type === 'ask') await this.#answer(known.question);
    if (known?.type === 'run')
      await vscode.commands.executeCommand(known.command, ...(known.argument === undefined ? [] : [known.argument]));
  }

  async #answer(question: Question): Promise<void> {
    const message = await this.#ask(question).catch(
      (error: unknown): Answer => ({
        type: 'failure',
        question,
        message: error instanceof Error ? error.message : String(error),
      }),
    );
    this.#post(message);
  }

  async #ask(question: Question): Promise<Answer> {
    switch (question) {
      case 'preview':
        return { type: 'answer', question, answer: await this.#session.preview() };
      case 'report':
        return { type: 'answer', question, answer: await this.#session.report() };
      case 'team':
        return { type: 'answer', question, answer: await listTeamAdapters(this.#session) };
      case 'live':
        return { type: 'answer', question, answer: await this.#session.liveComparison() };
      case 'statistics':
        return { type: 'answer', question, answer: await this.#session.statistics() };
    }
  }

  /** A hidden view draws nothing: it gets the state when it shows again. */
  #send(): void {
    if (!this.#view?.visible) return;
    this.#post({ type: 'state', panel: this.#session.panel });
  }

  #sendComparison(): void {
    if (this.#comparison === null || !this.#hasPage) return;
    this.#post({ type: 'compared', ...this.#comparison });
    this.#comparison = { ...this.#comparison, fresh: false };
  }

  #post(message: ToPanel): void {
    void this.#view?.webview.postMessage(message);
  }

  /** Nothing but our own script and style sheet may load, and nothing may connect anywhere. */
  #page(webview: vscode.Webview): string {
    const nonce = randomBytes(16).toString('base64');
    const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.#root, name)).toString();
    const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <link rel="stylesheet" href="${uri('webview.css')}">
  <title>Repotune</title>
</head>
<body>
  <main id="app"></main>
  <script nonce="${nonce}" src="${uri('webview.js')}"></script>
</body>
</html>`;
  }
}
