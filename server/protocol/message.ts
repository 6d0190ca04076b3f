/**
 * A custom message: its method's name, whose type carries those of its payload. The library's own `RequestType` objects have an identity,
 * and client and server use two versions of the library, so that neither recognizes the other's.
 */
declare const carried: unique symbol;

/** Takes `Params`, and is answered with `Result` or with an error whose message is for the user. */
export type RequestType<Params, Result> = string & { readonly [carried]?: (params: Params) => Result };

export type NotificationType<Params> = string & { readonly [carried]?: (params: Params) => void };

export type ParamsOf<Message> = Message extends { readonly [carried]?: (params: infer Params) => unknown }
  ? Params
  : never;

export type ResultOf<Message> = Message extends { readonly [carried]?: (params: never) => infer Result }
  ? Result
  : never;

/** The params of a request that takes none. */
export type NoParams = Readonly<Record<string, never>>;

export function request<Params, Result>(method: string): RequestType<Params, Result> {
  return method;
}

export function notification<Params>(method: string): NotificationType<Params> {
  return method;
}
