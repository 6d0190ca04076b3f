/** The request for a next edit in a document, and its answer. */
import type { NextEditDiagnostic, NextEditJump } from '../protocol/index.ts';
import type { TextEdit } from './textEdit.ts';

export interface NextEditRequest {
  readonly uri: string;
  readonly languageId: string;
  /** The document at the time of the request. */
  readonly text: string;
  /** The cursor's line. */
  readonly line: number;
  readonly invoked: boolean;
  /** Diagnostics since the last change, in any document. */
  readonly diagnostics: readonly NextEditDiagnostic[];
}

/** `edit`: an edit of the requested text. */
export interface NextEditOffer {
  readonly edit: (TextEdit & { readonly id: string }) | null;
  readonly jumps: readonly NextEditJump[];
}

/** Outcomes of requests, for the log and for tests. */
export interface NextEditCounters {
  asked: number;
  shown: number;
  accepted: number;
  refused: number;
}

export const NOTHING: NextEditOffer = { edit: null, jumps: [] };
