/** The line that was last asked about: a cursor moving within it does not ask again. No vscode here. */
export class AskedLine {
  /** null: none. */
  #line: number | null = null;

  /** `alone`: a single cursor with no selection. Otherwise nothing is requested, and the line counts as new once there is again. */
  asked(line: number, alone: boolean): void {
    this.#line = alone ? line : null;
  }

  /** What to do now that the cursor is here. */
  moved(line: number, alone: boolean): 'ask' | 'cancel' | 'nothing' {
    if (line !== this.#line) return 'ask';
    if (alone) return 'nothing';
    this.#line = null;
    return 'cancel';
  }
}
