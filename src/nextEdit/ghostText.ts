import type * as vscode from 'vscode';

export interface GhostTextSource {
  /** What the proposed edit inserts at a position, if it only inserts. */
  insertionAt(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | null;
  /** Makes the editor ask the provider; ends when it has. */
  trigger(): Promise<void>;
  /** A completion was answered. */
  onCompletion(): void;
  /** The insertion was handed to the editor. */
  onShown(): void;
}

export type Suggested = vscode.InlineCompletionItem[] | vscode.InlineCompletionList;

type Outcome = 'none' | 'pending' | 'shown';

/** The ghost text of the one provider: a completion if there is one, else the next edit if it only inserts at the cursor. */
export class GhostText {
  readonly #source: GhostTextSource;
  #completion: { readonly at: string; outcome: Outcome } | null = null;
  /** Where the editor was last made to ask, or got the insertion unprompted. */
  #given: string | null = null;
  /** Requests in flight that we made: a cursor that passes the place of the edit twice makes two of them overlap. */
  #triggers = 0;

  constructor(source: GhostTextSource) {
    this.#source = source;
  }

  /** The outcome of the completion requested there; `settledOnly`: a pending one counts as none. */
  completionAt(document: vscode.TextDocument, position: vscode.Position, settledOnly: boolean): Outcome {
    const outcome = this.#completion?.at === placeOf(document, position) ? this.#completion.outcome : 'none';
    return outcome === 'pending' && settledOnly ? 'none' : outcome;
  }

  /** Makes the editor ask, once per place: it asks by itself when something is typed, but not when a next edit arrives. */
  show(document: vscode.TextDocument, position: vscode.Position): void {
    const at = placeOf(document, position);
    if (this.#given === at) return;
    this.#given = at;
    void this.#trigger();
  }

  /** The cursor is here: the editor hides a completion that it leaves, and does not bring it back. */
  moved(document: vscode.TextDocument, position: vscode.Position): void {
    if (this.#completion?.outcome === 'shown' && this.#completion.at !== placeOf(document, position))
      this.#completion = null;
  }

  /** The edit is no longer shown: the editor hides its text when the cursor leaves, and does not ask again when it comes back. */
  gone(): void {
    this.#given = null;
  }

  async #trigger(): Promise<void> {
    this.#triggers += 1;
    try {
      await this.#source.trigger();
    } catch {
      // Nothing is lost: the next keystroke asks.
    } finally {
      this.#triggers -= 1;
    }
  }

  /**
   * The provider's answer; a completion is requested first, unless we triggered the request ourselves and the edit is still there. `asked`:
   * whether the user may have asked for suggestions, if the context says so.
   */
  async answer(
    document: vscode.TextDocument,
    position: vscode.Position,
    { selectedCompletionInfo }: Pick<vscode.InlineCompletionContext, 'selectedCompletionInfo'>,
    token: Pick<vscode.CancellationToken, 'isCancellationRequested'>,
    complete: (asked: boolean) => Promise<Suggested>,
  ): Promise<Suggested> {
    // The suggest widget's selection is not in the document, so an edit of the document cannot continue it.
    const inDocument = selectedCompletionInfo === undefined;
    const ours = this.#triggers > 0;
    if (ours && inDocument) {
      const own = this.#insertion(document, position);
      if (own !== null) return [own];
    }
    const current: { readonly at: string; outcome: Outcome } = { at: placeOf(document, position), outcome: 'pending' };
    this.#completion = current;
    let items: Suggested = [];
    try {
      items = await complete(!ours);
    } finally {
      // A late answer is not shown.
      const late = token.isCancellationRequested;
      current.outcome = !late && (Array.isArray(items) ? items : items.items).length > 0 ? 'shown' : 'none';
      if (current.outcome === 'none' && !late && inDocument) {
        const own = this.#insertion(document, position);
        if (own !== null) {
          this.#given = current.at;
          items = [own];
        }
      }
      this.#source.onCompletion();
    }
    return items;
  }

  #insertion(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | null {
    const insertion = this.#source.insertionAt(document, position);
    if (insertion !== null) this.#source.onShown();
    return insertion;
  }
}

function placeOf({ uri, version }: vscode.TextDocument, { line, character }: vscode.Position): string {
  return `${version} ${line} ${character} ${uri.toString()}`;
}
