/** textDocument/copilotInlineEdit and its feedback notifications, as clients of Copilot's language server speak them. */
import { type CancellationToken, type Connection, ErrorCodes, ResponseError } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import * as z from 'zod';
import type { NextEditOffer } from '../nextEdit/question.ts';
import {
  type NextEdit,
  type NextEditAnswer,
  NextEditMessages,
  type NextEditTold,
  ServerCommands,
} from '../protocol/index.ts';
import { withoutSecrets } from '../secrets/redacted.ts';
import { abortSignal } from './cancellation.ts';
import { nextEditParams, nextEditPartlyAccepted, nextEditTold } from './paramSchemas.ts';
import type { Server } from './parts.ts';

const NOTHING: NextEditAnswer = { edits: [], jumps: [] };

export interface NextEditsOn {
  readonly nextEdits: Server['nextEdits'];
  document(uri: string): TextDocument | undefined;
  trusted(uri: string): boolean;
}

export function serveNextEdits(connection: Connection, { nextEdits, document, trusted }: NextEditsOn): void {
  connection.onRequest(NextEditMessages.ask, async (params: unknown, token: CancellationToken) => {
    const asked = nextEditParams.safeParse(params);
    if (!asked.success) throw new ResponseError(ErrorCodes.InvalidParams, z.prettifyError(asked.error));
    const { textDocument, position, context } = asked.data;
    const { uri, version } = textDocument;
    const open = document(uri);
    const unknown = unknownTo(open, version) ?? (trusted(uri) ? null : 'its folder is not trusted');
    if (open === undefined || unknown !== null) {
      connection.console.debug(withoutSecrets(`no next edit in ${uri}: ${unknown}`));
      return NOTHING;
    }
    const { languageId } = open;
    const diagnostics = context?.diagnostics ?? [];
    const invoked = context?.triggerKind === 1;
    const request = { uri, languageId, text: open.getText(), line: position.line, invoked, diagnostics };
    const offer = await nextEdits.ask(request, abortSignal(token));
    // If the document changed meanwhile, the client asks again.
    return document(uri)?.version === version ? answerOf(open, version, offer) : NOTHING;
  });
  const hear = (method: string, schema: z.ZodType<NextEditTold>, tell: (id: string) => void): void => {
    connection.onNotification(method, (params: unknown) => {
      const told = schema.safeParse(params);
      if (told.success) tell(told.data.item.command.arguments[0]);
    });
  };
  hear(NextEditMessages.shown, nextEditTold, (id) => nextEdits.shown(id));
  hear(NextEditMessages.partlyAccepted, nextEditPartlyAccepted, (id) => nextEdits.partlyAccepted(id));
  hear(NextEditMessages.rejected, nextEditTold, (id) => nextEdits.rejected(id));
}

/** Why a request does not fit the document as the server has it; null where it does. */
function unknownTo(open: TextDocument | undefined, version: number): string | null {
  if (open === undefined) return 'the document is not open';
  return open.version === version ? null : `it was asked about version ${version}, and is at ${open.version}`;
}

function answerOf(document: TextDocument, version: number, { edit, jumps }: NextEditOffer): NextEditAnswer {
  if (edit === null) return { edits: [], jumps };
  const { id, start, end, text } = edit;
  const next: NextEdit = {
    text,
    textDocument: { uri: document.uri, version },
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    command: { title: '', command: ServerCommands.acceptedEdit, arguments: [id] },
  };
  return { edits: [next], jumps };
}
