import * as vscode from 'vscode';
import { Requests } from '../server/protocol/index.ts';
import type { SilenceHere } from './describe.ts';
import type { Session } from './session.ts';
import { writtenSchemes } from './writtenSchemes.ts';

/** The server pulls changed settings, which takes a moment. */
const SETTINGS_MS = 1000;

/**
 * Why the active editor gets no suggestions, whatever is typed there. Asked of the server where an editor becomes active, its language or
 * the settings change, or the server has started: never at a key.
 */
export class SilenceWatch implements vscode.Disposable {
  readonly #session: Pick<Session, 'panel' | 'request' | 'onChanged'>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChanged = this.#changed.event;
  readonly #following: vscode.Disposable;
  #current: SilenceHere | null = null;
  #wasLive = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(session: Pick<Session, 'panel' | 'request' | 'onChanged'>) {
    this.#session = session;
    const look = (): void => void this.#look();
    this.#following = vscode.Disposable.from(
      this.#changed,
      vscode.window.onDidChangeActiveTextEditor(look),
      // Another language closes a document and opens it again.
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (document === vscode.window.activeTextEditor?.document) look();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('repotune.completions')) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(look, SETTINGS_MS);
      }),
      session.onChanged(({ kind }) => {
        const isLive = kind === 'live';
        if (isLive && !this.#wasLive) look();
        this.#wasLive = isLive;
      }),
    );
    look();
  }

  /** null where suggestions are wanted, or nobody knows yet. */
  get current(): SilenceHere | null {
    return this.#current;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#following.dispose();
  }

  async #look(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const why = document === undefined ? null : await this.#whyIn(document);
    // Another editor has become active meanwhile, and was asked about.
    if (document !== vscode.window.activeTextEditor?.document) return;
    const next = document === undefined || why === null ? null : { why, languageId: document.languageId };
    if (next?.why === this.#current?.why && next?.languageId === this.#current?.languageId) return;
    this.#current = next;
    this.#changed.fire();
  }

  async #whyIn({ uri, languageId }: vscode.TextDocument): Promise<SilenceHere['why'] | null> {
    if (!writtenSchemes.has(uri.scheme)) return 'view';
    if (this.#session.panel.kind !== 'live') return null;
    // That all suggestions are off is known of the state. A server that went away is asked again once it is back.
    const asked = this.#session.request(Requests.silence, { uri: uri.toString(), languageId });
    const silence = await asked.catch(() => null);
    return silence === 'off' ? null : silence;
  }
}
