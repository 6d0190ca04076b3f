import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { messageOf } from '../server/common/messageOf.ts';
import { Requests } from '../server/protocol/index.ts';
import {
  type AdapterComparison,
  type Answer,
  type Question,
  readFromPanel,
  type ShownTab,
  type ToPanel,
} from '../webview/messages.ts';
import type { ChosenFolder } from './chosenFolder.ts';
import { listTeamAdapters } from './commands/share.ts';
import type { FolderSession } from './folderSession.ts';
import type { Session } from './session.ts';
import { usersOwn } from './settings.ts';
import { showsFile } from './showsFile.ts';

/** The side panel: hands the server's state to the webview and the webview's commands to the editor. */
export class PanelProvider implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #root: vscode.Uri;
  readonly #session: Session;
  readonly #folder: ChosenFolder;
  readonly #disposables: vscode.Disposable[];
  #view: vscode.WebviewView | null = null;
  /** A hidden panel has no page: what is sent to it is lost. */
  #hasPage = false;
  /** Pages so far: each asks its own questions. */
  #pages = 0;
  /** It took minutes to measure, so it is kept for the next page. */
  #comparison: { readonly comparison: AdapterComparison; readonly fresh: boolean } | null = null;
  /** The tab the user wants to see, kept for the next page. */
  #shows: ShownTab | null = null;

  constructor(extensionUri: vscode.Uri, session: Session, folder: ChosenFolder) {
    this.#root = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#session = session;
    this.#folder = folder;
    this.#disposables = [
      vscode.window.registerWebviewViewProvider('repotune.panel', this),
      session.onChanged(() => this.#send()),
      folder.onChanged(() => this.#send()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#sendEditor()),
      session.onCompared((comparison) => {
        this.#comparison = { comparison, fresh: true };
        this.#sendComparison();
      }),
      session.onLiveComparison((of) => void this.#answer('live', of)),
      session.onLearning((of) => void this.#answer('learning', of)),
      session.onStatisticsCleared(() => {
        void this.#answer('statistics');
        // The weeks it shows are computed from the statistics.
        if (folder.path !== null) void this.#answer('learning');
      }),
    ];
  }

  /** Whether the panel is in view. */
  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  show(tab: ShownTab): void {
    this.#shows = tab;
    this.#sendShow();
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
      this.#pages++;
      this.#send();
      this.#sendEditor();
      this.#sendComparison();
      this.#sendShow();
    }
    if (known?.type === 'ask') {
      const [page, base] = [this.#pages, this.#base];
      // A newer page would take it for the answer to its own question, which may be about another base.
      await this.#answer(known.question, known.folder, () => page === this.#pages || base === this.#base);
    }
    if (known?.type === 'run') {
      const { command, argument, folder } = known;
      // The editor's own commands know nothing of our folders.
      await vscode.commands.executeCommand(command, ...(command.startsWith('repotune.') ? [argument, folder] : []));
    }
  }

  get #base(): string | null {
    return this.#session.state?.base?.path ?? null;
  }

  /** `isWanted`: called once the answer is there. */
  async #answer(question: Question, named?: string | null, isWanted = (): boolean => true): Promise<void> {
    const here = this.#session.here(named);
    const message = await this.#ask(question, here).catch(
      (error: unknown): Answer => ({
        type: 'failure',
        question,
        folder: here.path,
        message: messageOf(error),
      }),
    );
    if (isWanted()) this.#post(message);
  }

  async #ask(question: Question, here: FolderSession): Promise<Answer> {
    const folder = here.path;
    switch (question) {
      case 'preview':
        return { type: 'answer', question, folder, answer: await here.preview() };
      case 'report':
        return { type: 'answer', question, folder, answer: await here.report(this.#resultOf(folder)) };
      case 'team':
        return { type: 'answer', question, folder, answer: await listTeamAdapters(here) };
      case 'live':
        return { type: 'answer', question, folder, answer: await here.liveComparison() };
      case 'learning':
        return { type: 'answer', question, folder, answer: await here.learning() };
      case 'statistics':
        return { type: 'answer', question, folder, answer: await this.#session.request(Requests.statistics, {}) };
    }
  }

  /** The version in the last result that the panel shows. */
  #resultOf(folder: string | null): string {
    const { state } = this.#session;
    if (state === null || state.lastResult === null || (state.folder?.path ?? null) !== folder)
      throw new Error('There is no result yet.');
    return state.lastResult.adapterId;
  }

  /** A hidden view draws nothing: it gets the state when it is shown again. */
  #send(): void {
    if (!this.#view?.visible) return;
    const { followsEditor } = this.#folder;
    this.#post({
      type: 'state',
      panel: this.#session.panel,
      followsEditor,
      asksToKeepTuned: usersOwn('keepTuned') === undefined,
    });
  }

  #sendEditor(): void {
    if (this.#hasPage) this.#post({ type: 'editor', hasFile: showsFile(vscode.window.activeTextEditor) });
  }

  #sendComparison(): void {
    if (this.#comparison === null || !this.#hasPage) return;
    this.#post({ type: 'compared', ...this.#comparison });
    this.#comparison = { ...this.#comparison, fresh: false };
  }

  #sendShow(): void {
    if (this.#shows === null || !this.#hasPage) return;
    this.#post({ type: 'show', tab: this.#shows });
    this.#shows = null;
  }

  #post(message: ToPanel): void {
    void this.#view?.webview.postMessage(message);
  }

  /** Only our own script and style sheet may load, and nothing may connect anywhere. */
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
