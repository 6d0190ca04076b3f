/** The custom requests on a connection: parameters are checked, tokens cancel, and a failure's message is fit for the user. */
import { CancellationToken, type Connection, ErrorCodes, ResponseError } from 'vscode-languageserver';
import * as z from 'zod';
import { withCause } from '../common/messageOf.ts';
import {
  type Asking,
  type RequestHandlers,
  type RequestName,
  type RequestParams,
  Requests,
} from '../protocol/index.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { abortSignal } from './cancellation.ts';
import { paramSchemas } from './paramSchemas.ts';

/** LSP's RequestFailed: its message is for the user. */
const REQUEST_FAILED = -32803;

/** `log` receives what a message leaves out. */
export function serveRequests(connection: Connection, handlers: RequestHandlers, log: (line: string) => void): void {
  const tell: Asking['tell'] = (notification, params) =>
    void connection.sendNotification(notification, params).catch(() => {});

  const serve = <Name extends RequestName>(name: Name): void => {
    const schema: z.ZodType<RequestParams<Name>> = paramSchemas[name];
    const handler = handlers[name];
    const answer = async (params: unknown, token: CancellationToken): Promise<unknown> => {
      const checked = schema.safeParse(params ?? {});
      if (!checked.success) throw new ResponseError(ErrorCodes.InvalidParams, z.prettifyError(checked.error));
      try {
        return await handler(checked.data, { signal: abortSignal(token), tell });
      } catch (error) {
        if (error instanceof Error && error.cause !== undefined) log(`${Requests[name]}: ${withCause(error)}`);
        throw new ResponseError(REQUEST_FAILED, messageFor(error));
      }
    };
    // The library passes the token alone where the request had no parameters.
    connection.onRequest<unknown, void>(Requests[name], (first: unknown, second?: CancellationToken) =>
      second === undefined && CancellationToken.is(first)
        ? answer({}, first)
        : answer(first, second ?? CancellationToken.None),
    );
  };
  for (const name of namesOf(Requests)) serve(name);
}

function namesOf<Table extends object>(table: Table): (keyof Table)[] {
  return Object.keys(table) as (keyof Table)[];
}
