import { type Dispatcher, EnvHttpProxyAgent, ProxyAgent, fetch as undiciFetch } from 'undici';

export type Fetch = typeof globalThis.fetch;

/** By way of `proxy`, else of the environment's; undici's fetch takes a dispatcher, its types are its own, its behaviour the platform's. */
export function proxiedFetch(proxy: string | undefined): Fetch {
  const dispatcher: Dispatcher = proxy ? new ProxyAgent(proxy) : new EnvHttpProxyAgent();
  const call = undiciFetch as unknown as (input: Parameters<Fetch>[0], init: object) => Promise<Response>;
  return (input, init) => call(input, { ...init, dispatcher });
}
