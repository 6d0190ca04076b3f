/** What is asked of the next edit in a document, and what comes back. */
import type { NextEditDiagnostic, NextEditJump } from '../protocol/index.ts';
import type { TextEdit } from './textEdit.ts';

export interface NextEditRequest {
  readonly uri: string;
  readonly languageId: string;
  /** The document as it was asked about. */
  readonly text: string;
  /** The cursor's. */
  readonly line: number;
  readonly invoked: boolean;
  /** What the language found wrong since the last change, in any document. */
  readonly diagnostics: readonly NextEditDiagnostic[];
}

/** `edit`: of the text that was asked about. */
export interface NextEditOffer {
  readonly edit: (TextEdit & { readonly id: string }) | null;
  readonly jumps: readonly NextEditJump[];
}

/** What became of the questions, for the log and for tests. */
export interface NextEditCounters {
  asked: number;
  shown: number;
  accepted: number;
  refused: number;
}

export const NOTHING: NextEditOffer = { edit: null, jumps: [] };
