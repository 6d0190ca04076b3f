import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import type { ProxySettings } from '../protocol/models.ts';

export type Fetch = typeof globalThis.fetch;

/** undici's fetch takes a dispatcher, its types are its own, its behaviour the platform's. */
export function proxiedFetch({ proxy, noProxy = [] }: ProxySettings): Fetch {
  const dispatcher = new EnvHttpProxyAgent({
    ...(proxy ? { httpProxy: proxy, httpsProxy: proxy } : {}),
    ...(noProxy.length > 0 ? { noProxy: noProxy.join(',') } : {}),
  });
  const call = undiciFetch as unknown as (input: Parameters<Fetch>[0], init: object) => Promise<Response>;
  return (input, init) => call(input, { ...init, dispatcher });
}
