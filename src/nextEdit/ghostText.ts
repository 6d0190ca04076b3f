import * as vscode from 'vscode';
import type { NextEdit } from '../../server/protocol/index.ts';

export interface GhostTextSource {
  /** What the proposed edit inserts at a position, where that is all it does. */
  insertionAt(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { readonly text: string; readonly command: NextEdit['command'] } | null;
  /** A completion was asked for, or came. */
  onCompletion(): void;
  /** The insertion goes to the editor. */
  onShown(): void;
}

export type Suggested = vscode.InlineCompletionItem[] | vscode.InlineCompletionList;

type Outcome = 'none' | 'pending' | 'shown';

/** The ghost text of the one provider: a completion where there is one, else the next edit if it is an insertion at the cursor. */
export class GhostText {
  readonly #source: GhostTextSource;
  #completion: { readonly at: string; outcome: Outcome } | null = null;
  /** Where the editor was last made to ask. */
  #triggered: string | null = null;
  #triggering = false;

  constructor(source: GhostTextSource) {
    this.#source = source;
  }

  /** What came of the completion asked for there; `settledOnly`: one that is not answered yet counts as none. */
  completionAt(document: vscode.TextDocument, position: vscode.Position, settledOnly: boolean): Outcome {
    const outcome = this.#completion?.at === placeOf(document, position) ? this.#completion.outcome : 'none';
    return outcome === 'pending' && settledOnly ? 'none' : outcome;
  }

  /** Makes the editor ask, once for a place: it asks by itself when something is typed, and not when a next edit has come. */
  show(document: vscode.TextDocument, position: vscode.Position): void {
    const at = placeOf(document, position);
    if (this.#triggered === at) return;
    this.#triggered = at;
    void this.#trigger();
  }

  async #trigger(): Promise<void> {
    this.#triggering = true;
    try {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    } catch {
      // Nothing is lost: the next key asks.
    } finally {
      this.#triggering = false;
    }
  }

  /** What the provider answers with, `complete` being asked first unless the question is our own. */
  async answer(
    document: vscode.TextDocument,
    position: vscode.Position,
    { selectedCompletionInfo }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
    complete: () => Promise<Suggested>,
  ): Promise<Suggested> {
    if (this.#triggering && selectedCompletionInfo === undefined) {
      const own = this.#insertion(document, position);
      if (own !== null) return [own];
    }
    const asked: { readonly at: string; outcome: Outcome } = { at: placeOf(document, position), outcome: 'pending' };
    this.#completion = asked;
    let items: Suggested = [];
    try {
      items = await complete();
    } finally {
      // What comes too late is not shown.
      const shown = !token.isCancellationRequested && (Array.isArray(items) ? items : items.items).length > 0;
      asked.outcome = shown ? 'shown' : 'none';
      if (asked.outcome === 'none' && !token.isCancellationRequested && selectedCompletionInfo === undefined) {
        const own = this.#insertion(document, position);
        // It is on its way: there is no need to make the editor ask again.
        if (own !== null) {
          this.#triggered = asked.at;
          items = [own];
        }
      }
      this.#source.onCompletion();
    }
    return items;
  }

  #insertion(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | null {
    const insertion = this.#source.insertionAt(document, position);
    if (insertion === null) return null;
    this.#source.onShown();
    const range = new vscode.Range(position, position);
    return new vscode.InlineCompletionItem(insertion.text, range, {
      ...insertion.command,
      arguments: [...insertion.command.arguments],
    });
  }
}

function placeOf({ uri, version }: vscode.TextDocument, { line, character }: vscode.Position): string {
  return `${version} ${line} ${character} ${uri.toString()}`;
}
