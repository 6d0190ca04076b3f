import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';

export type Fetch = typeof globalThis.fetch;

/** How the network is reached; what is absent or empty is taken from the environment's HTTP(S)_PROXY and NO_PROXY. */
export interface ProxySettings {
  /** e.g. `http://proxy:3128` */
  readonly proxy?: string;
  /** Hosts that are asked without a proxy, as in NO_PROXY. */
  readonly noProxy?: readonly string[];
}

/** undici's fetch takes a dispatcher, its types are its own, its behaviour the platform's. */
export function proxiedFetch({ proxy, noProxy = [] }: ProxySettings): Fetch {
  const dispatcher = new EnvHttpProxyAgent({
    ...(proxy ? { httpProxy: proxy, httpsProxy: proxy } : {}),
    ...(noProxy.length > 0 ? { noProxy: noProxy.join(',') } : {}),
  });
  const call = undiciFetch as unknown as (input: Parameters<Fetch>[0], init: object) => Promise<Response>;
  return (input, init) => call(input, { ...init, dispatcher });
}
