/** Where the cursor is, between requests. */
import { notification } from './message.ts';
import type { TextPosition, VersionedDocument } from './nextEdit.ts';

export interface CursorRestsParams {
  /** `version`: the client's version of the document. If the server knows another, the message is dropped. */
  readonly textDocument: VersionedDocument;
  /** The main cursor. */
  readonly position: TextPosition;
}

/** Client to server; a client need not send them. */
export const CursorMessages = {
  /** The cursor has been put here and stayed for a moment: somebody will probably type here. */
  rests: notification<CursorRestsParams>('repotune/cursorRests'),
} as const;
