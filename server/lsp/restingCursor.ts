/** repotune/cursorRests: a hint, so one that fits nothing is dropped without an answer. */
import type { Connection } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { CursorMessages } from '../protocol/index.ts';
import { cursorRestsParams } from './paramSchemas.ts';
import type { Server } from './parts.ts';

export interface CursorIn {
  readonly server: Pick<Server, 'rested'>;
  document(uri: string): TextDocument | undefined;
  trusted(uri: string): boolean;
}

export function hearRestingCursor(connection: Connection, { server, document, trusted }: CursorIn): void {
  connection.onNotification(CursorMessages.rests, (params: unknown) => {
    const told = cursorRestsParams.safeParse(params);
    if (!told.success) return;
    const { textDocument, position } = told.data;
    const open = document(textDocument.uri);
    if (open === undefined || open.version !== textDocument.version || !trusted(open.uri)) return;
    server.rested(open.uri, open.languageId, open.getText(), open.offsetAt(position));
  });
}
