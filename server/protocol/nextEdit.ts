/**
 * Next edits: changes that probably follow from what was just done. The request and the feedback on its answers have the shapes of
 * Copilot's language server, so that other editors' plug-ins can use them; they ignore our additions. Positions are those of LSP: lines
 * from 0, characters in UTF-16 units.
 */
import { notification, request } from './message.ts';

export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

export interface VersionedDocument {
  readonly uri: string;
  readonly version: number;
}

export interface NextEditParams {
  /** `version`: the client's version of the document. If the server knows a newer one, the answer is empty. */
  readonly textDocument: VersionedDocument;
  /** The main cursor. */
  readonly position: TextPosition;
  readonly context?: {
    /** 1: invoked by a command; 2: triggered by the user's actions, as is the default. */
    readonly triggerKind: 1 | 2;
    /** Ours: errors and warnings that appeared since the last change. They hint at where a next edit may be needed. */
    readonly diagnostics?: readonly NextEditDiagnostic[];
  };
}

/** As in LSP; other fields are ignored. */
export interface NextEditDiagnostic {
  /** Ours: the document it is in; absent for the request's document. */
  readonly uri?: string;
  readonly range: TextRange;
  readonly message: string;
  /** 1: an error, also the default; 2: a warning. Lower severities are ignored. */
  readonly severity?: 1 | 2 | 3 | 4;
}

export interface NextEdit {
  /** Replacement for `range`, with the document's line breaks. */
  readonly text: string;
  readonly textDocument: VersionedDocument;
  /** In the document at that version: the minimal change, an insertion if `start` equals `end`. It may be far from the cursor. */
  readonly range: TextRange;
  /** To be run (`workspace/executeCommand`) once the edit has been applied. It identifies the edit in every notification. */
  readonly command: { readonly title: string; readonly command: string; readonly arguments: readonly [id: string] };
}

/** A place that the last edit probably affects too. Nothing is proposed there until the cursor is there. */
export interface NextEditJump {
  readonly uri: string;
  readonly range: TextRange;
  /** A sentence for the user. */
  readonly reason: string;
}

/** At most one edit; without any, there may be jumps. */
export interface NextEditAnswer {
  readonly edits: readonly NextEdit[];
  /** Ours: places in other documents, nearest first. */
  readonly jumps: readonly NextEditJump[];
}

/** An edit as a client reports it; other fields are ignored. */
export interface NextEditTold {
  readonly item: { readonly command: { readonly arguments: readonly [id: string] } };
}

export interface NextEditPartlyAccepted extends NextEditTold {
  /** How much of its text, in UTF-16 units. */
  readonly acceptedLength: number;
}

/**
 * Client to server. The request may be sent on every change and every move of the cursor: the server waits until typing pauses, and a newer
 * request supersedes an older one, which is then answered with nothing. `$/cancelRequest` cancels one too.
 */
export const NextEditMessages = {
  ask: request<NextEditParams, NextEditAnswer>('textDocument/copilotInlineEdit'),
  shown: notification<NextEditTold>('textDocument/didShowInlineEdit'),
  partlyAccepted: notification<NextEditPartlyAccepted>('textDocument/didPartiallyAcceptCompletion'),
  /** Ours: the user rejected it. It is not shown again. */
  rejected: notification<NextEditTold>('textDocument/didRejectInlineEdit'),
} as const;

/** In the server's capabilities, under `experimental`: tells a client that it may send the request. */
export const NEXT_EDIT_CAPABILITY = 'copilotInlineEdit';
