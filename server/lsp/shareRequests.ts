/** The sharing requests on a connection, their parameters checked, their failures as sentences for the user. */
import { type CancellationToken, type Connection, ResponseError } from 'vscode-languageserver';
import { z } from 'zod';
import { Requests } from '../protocol.ts';
import type { ShareService } from '../sharing/service.ts';
import { abortSignal } from './cancellation.ts';

const place = z.object({
  folder: z.string().min(1),
  remote: z.string().min(1),
  signatures: z.enum(['require', 'warn', 'off']),
});
const version = place.extend({ id: z.string().min(1) });
const agreed = version.extend({ commit: z.string().min(1) });
/** LSP: the request failed and its message is for the user. */
const REQUEST_FAILED = -32803;

export function serveSharing(connection: Connection, service: ShareService): void {
  const handle = (method: string, answer: (params: unknown, signal: AbortSignal) => Promise<object | string>): void => {
    connection.onRequest<string | object, void>(
      method,
      async (params: unknown, token: CancellationToken): Promise<string | object> => {
        try {
          return await answer(params, abortSignal(token));
        } catch (error) {
          throw new ResponseError(REQUEST_FAILED, error instanceof Error ? error.message : String(error));
        }
      },
    );
  };
  handle(Requests.shareList, (params, signal) => service.list(place.parse(params), signal));
  handle(Requests.sharePublish, (params, signal) => service.publish(version.parse(params), signal));
  handle(Requests.shareOffer, (params, signal) => service.offer(version.parse(params), signal));
  handle(Requests.sharePull, (params, signal) => service.pull(agreed.parse(params), signal));
}
