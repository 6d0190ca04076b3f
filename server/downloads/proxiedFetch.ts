import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import type { ProxySettings } from '../protocol/models.ts';

export type Fetch = typeof globalThis.fetch;

const PROTOCOLS = ['http:', 'https:', 'socks:', 'socks5:'];

/** @throws a sentence for the user where `proxy` is no address. undici's fetch takes a dispatcher, its types are its own, its behaviour the platform's. */
export function proxiedFetch({ proxy, noProxy = [] }: ProxySettings): Fetch {
  const dispatcher = new EnvHttpProxyAgent({
    ...(proxy ? { httpProxy: addressOf(proxy), httpsProxy: addressOf(proxy) } : {}),
    ...(noProxy.length > 0 ? { noProxy: noProxy.join(',') } : {}),
  });
  const call = undiciFetch as unknown as (input: Parameters<Fetch>[0], init: object) => Promise<Response>;
  return (input, init) => call(input, { ...init, dispatcher });
}

/** `host:port` is meant as http, as curl reads it. */
function addressOf(proxy: string): string {
  const spelled = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (PROTOCOLS.includes(URL.parse(spelled)?.protocol ?? '')) return spelled;
  // An address may hold a password.
  const shown = proxy.replace(/\/\/.*@/, '//');
  throw new Error(`the proxy ${shown} cannot be used: write it as http://HOST:PORT or socks5://HOST:PORT`);
}
