/** Custom requests of a client: cancelled by its token, and a failure's message is a sentence for the user. */
import { type CancellationToken, type Connection, ResponseError } from 'vscode-languageserver';
import { messageFor } from '../storage/fileErrors.ts';
import { abortSignal } from './cancellation.ts';

/** LSP: the request failed and its message is for the user. */
const REQUEST_FAILED = -32803;

export type Handle = (
  method: string,
  answer: (params: unknown, signal: AbortSignal) => Promise<object | string>,
) => void;

export function answering(connection: Connection): Handle {
  return (method, answer) => {
    connection.onRequest<string | object, void>(
      method,
      async (params: unknown, token: CancellationToken): Promise<string | object> => {
        try {
          return await answer(params, abortSignal(token));
        } catch (error) {
          throw new ResponseError(REQUEST_FAILED, messageFor(error));
        }
      },
    );
  };
}
