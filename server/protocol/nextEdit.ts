/**
 * Next edits: changes that probably follow what was just done. The request and what is told of its answers have the shapes that clients
 * of Copilot's language server speak, so that other editors' plug-ins can use them; what is ours beside them is left aside by others.
 * Positions are those of LSP: lines from 0, characters in UTF-16 units.
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
  /** `version`: the document as the client has it. Where the server knows a newer one, the answer is empty. */
  readonly textDocument: VersionedDocument;
  /** The main cursor. */
  readonly position: TextPosition;
  readonly context?: {
    /** 1: asked for by a command; 2: by what the user does, as without a context. */
    readonly triggerKind: 1 | 2;
    /** Ours: errors and warnings that appeared since what was changed last. They say where a next edit may be wanted. */
    readonly diagnostics?: readonly NextEditDiagnostic[];
  };
}

/** As LSP has it; what else a client sends with it is left aside. */
export interface NextEditDiagnostic {
  /** Ours: the document that it is in; absent for the one that is asked about. */
  readonly uri?: string;
  readonly range: TextRange;
  readonly message: string;
  /** 1: an error, as without it; 2: a warning. What is less counts for nothing. */
  readonly severity?: 1 | 2 | 3 | 4;
}

export interface NextEdit {
  /** What takes the place of `range`, with the document's line breaks. */
  readonly text: string;
  readonly textDocument: VersionedDocument;
  /** In the document at that version: as little as changes, an insertion where `start` equals `end`. It may be far from the cursor. */
  readonly range: TextRange;
  /** To be run (`workspace/executeCommand`) when the edit has been applied. It names the edit in every notification. */
  readonly command: { readonly title: string; readonly command: string; readonly arguments: readonly [id: string] };
}

/** A place that the last edit probably concerns too. Nothing is proposed there before the cursor is there. */
export interface NextEditJump {
  readonly uri: string;
  readonly range: TextRange;
  /** For people: a sentence. */
  readonly reason: string;
}

/** At most one edit; without any, there may be jumps. */
export interface NextEditAnswer {
  readonly edits: readonly NextEdit[];
  /** Ours: places in other documents, nearest first. */
  readonly jumps: readonly NextEditJump[];
}

/** An edit as a client tells of it: whatever else it sends with it is left aside. */
export interface NextEditTold {
  readonly item: { readonly command: { readonly arguments: readonly [id: string] } };
}

export interface NextEditPartlyAccepted extends NextEditTold {
  /** UTF-16 units of its text. */
  readonly acceptedLength: number;
}

/**
 * Client to server. The request may be sent with every change and every move of the cursor: the server waits until typing pauses, and a
 * newer request ends an older one, which is then answered with nothing. `$/cancelRequest` ends one too.
 */
export const NextEditMessages = {
  ask: request<NextEditParams, NextEditAnswer>('textDocument/copilotInlineEdit'),
  shown: notification<NextEditTold>('textDocument/didShowInlineEdit'),
  partlyAccepted: notification<NextEditPartlyAccepted>('textDocument/didPartiallyAcceptCompletion'),
  /** Ours: the user does not want it. It is not shown again. */
  rejected: notification<NextEditTold>('textDocument/didRejectInlineEdit'),
} as const;

/** In the server's capabilities, under `experimental`: a client that knows it may ask. */
export const NEXT_EDIT_CAPABILITY = 'copilotInlineEdit';
