/** How an edit is shown in a given situation, and what Tab does. A pure function, no vscode here. */
import type { TextPosition } from '../../server/protocol/index.ts';

export interface Situation {
  /** A single cursor with no selection. */
  readonly alone: boolean;
  readonly cursor: TextPosition;
  /** The text before the cursor in its line. */
  readonly lineBefore: string;
  /** Lines of the edit, `to` exclusive. */
  readonly edit: { readonly from: number; readonly to: number };
  /** Lines in view, in several ranges where code is folded. */
  readonly visible: readonly { readonly from: number; readonly to: number }[];
  /** What the edit inserts at the cursor, if it only inserts. */
  readonly insertion: string | null;
  /** Whether the editor shows ghost text at all. */
  readonly ghostText: boolean;
  /** The outcome of the completion requested at the cursor, in this version of the document. */
  readonly completion: 'none' | 'pending' | 'shown';
  /** The cursor is where Tab or the list of places put it. */
  readonly jumped: boolean;
}

export type Presentation =
  | { readonly kind: 'nothing' }
  /** The editor draws it and takes Tab and Escape. */
  | { readonly kind: 'ghost'; readonly text: string }
  | {
      readonly kind: 'drawn';
      /** `jumps`: go there first, where the result of applying would not be visible. */
      readonly tab: 'applies' | 'jumps';
      /** Tab indents here, so it is left to the editor. */
      readonly indents: boolean;
      /** Where the edit lies when it is out of view. */
      readonly away: 'above' | 'below' | null;
    };

/** Lines between cursor and edit: as far as edits made at the cursor reach. */
const NEAR = 5;

export function presentation(situation: Situation): Presentation {
  const { alone, cursor, edit, visible, insertion } = situation;
  // A completion comes first, and the editor shows one suggestion at a time.
  if (!alone || situation.completion !== 'none') return { kind: 'nothing' };
  if (insertion !== null && situation.ghostText) return { kind: 'ghost', text: insertion };
  const last = Math.max(edit.from, edit.to - 1);
  const seen = visible.some(({ from, to }) => edit.from >= from && edit.from < to);
  const away = seen ? null : edit.from < (visible[0]?.from ?? 0) ? 'above' : 'below';
  // In an empty line, or before its text, Tab indents, unless the user jumped there for the edit.
  const cameForIt = situation.jumped && cursor.line >= edit.from && cursor.line <= last;
  const indents = !cameForIt && situation.lineBefore.trim() === '';
  const near = cursor.line >= edit.from - NEAR && cursor.line <= last + NEAR;
  return { kind: 'drawn', tab: seen && near ? 'applies' : 'jumps', indents, away };
}
