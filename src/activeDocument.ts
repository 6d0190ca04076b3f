import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { type DocumentAnswer, Requests } from '../server/protocol/index.ts';
import type { DocumentHere } from './describe.ts';
import type { Session } from './session.ts';
import { writtenSchemes } from './writtenSchemes.ts';

/** The server pulls changed settings, which takes a moment. */
const SETTINGS_MS = 1000;

/** Where suggestions are wanted from the active adapter, or nobody knows yet. */
const NOTHING = { silence: null, routed: null } as const satisfies DocumentHere & DocumentAnswer;

/**
 * What holds for the active editor whatever is typed there: why it gets no suggestions, and what a choice by folder or language lets
 * complete there. Asked of the server where an editor becomes active, its language, the settings or those choices change, or the server has
 * started: never at a key.
 */
export class ActiveDocument implements vscode.Disposable {
  readonly #session: Pick<Session, 'panel' | 'request' | 'onChanged' | 'onRoutes'>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChanged = this.#changed.event;
  readonly #following: vscode.Disposable;
  #current: DocumentHere = NOTHING;
  #wasLive = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(session: Pick<Session, 'panel' | 'request' | 'onChanged' | 'onRoutes'>) {
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
      session.onRoutes(look),
      session.onChanged(({ kind }) => {
        const isLive = kind === 'live';
        if (isLive && !this.#wasLive) look();
        this.#wasLive = isLive;
      }),
    );
    look();
  }

  get current(): DocumentHere {
    return this.#current;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#following.dispose();
  }

  async #look(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const next = document === undefined ? NOTHING : await this.#of(document);
    // Another editor has become active meanwhile, and was asked about.
    if (document !== vscode.window.activeTextEditor?.document || isDeepStrictEqual(next, this.#current)) return;
    this.#current = next;
    this.#changed.fire();
  }

  async #of({ uri, languageId }: vscode.TextDocument): Promise<DocumentHere> {
    if (!writtenSchemes.has(uri.scheme)) return { ...NOTHING, silence: { why: 'view', languageId } };
    if (this.#session.panel.kind !== 'live') return NOTHING;
    const asked = this.#session.request(Requests.document, { uri: uri.toString(), languageId });
    // A server that went away is asked again once it is back.
    const { silence, routed } = await asked.catch((): DocumentAnswer => NOTHING);
    // That all suggestions are off is known of the state.
    return { silence: silence === null || silence === 'off' ? null : { why: silence, languageId }, routed };
  }
}
