/** In which line something was asked last: a cursor that moves within it asks nothing more. No vscode here. */
export class AskedLine {
  /** null where nothing was. */
  #line: number | null = null;

  /** `alone`: one cursor, with nothing selected. Otherwise nothing is asked, and the line is as new once it is so. */
  asked(line: number, alone: boolean): void {
    this.#line = alone ? line : null;
  }

  /** What is to be done as the cursor is here. */
  moved(line: number, alone: boolean): 'ask' | 'cancel' | 'nothing' {
    if (line !== this.#line) return 'ask';
    if (alone) return 'nothing';
    this.#line = null;
    return 'cancel';
  }
}
