import type { EnvHttpProxyAgent } from 'undici';
import type { ProxySettings } from '../protocol/models.ts';
import { trusted } from './trusted.ts';
import type { Fetch } from './undiciFetch.ts';

const PROTOCOLS = ['http:', 'https:', 'socks:', 'socks5:'];

/**
 * How long a body may stand still: a machine that changed its network, or slept, is not told that its connection is gone. (The library's
 * five minutes stay for the beginning of an answer, which a proxy that scans files for viruses sends late.)
 */
const SILENT_MS = 60_000;

/**
 * Uses {@link proxyOptions}. Its code is loaded with the first request: that takes a third of the time in which a command line starts.
 */
export function proxiedFetch(settings: ProxySettings, silentMs = SILENT_MS): Fetch {
  const options = proxyOptions(settings, { bodyTimeout: silentMs });
  let loaded: Promise<Fetch> | undefined;
  return async (input, init) => {
    loaded ??= import('./undiciFetch.ts').then(({ fetchThrough }) => fetchThrough(options));
    return await (await loaded)(input, init);
  };
}

/**
 * For an agent that reaches the network according to the settings, or the environment if they say nothing: `http_proxy`, `https_proxy`,
 * `all_proxy` and `no_proxy` in lower or upper case, interpreted as by curl.
 * @throws with a message for the user if a proxy is not a valid address.
 */
export function proxyOptions(
  { proxy, noProxy = [] }: ProxySettings = {},
  options: Pick<EnvHttpProxyAgent.Options, 'bodyTimeout'> = {},
): EnvHttpProxyAgent.Options {
  const tls = trusted();
  const [http, https, all] = ['http_proxy', 'https_proxy', 'all_proxy'].map(fromEnvironment) as [
    string,
    string,
    string,
  ];
  return {
    ...options,
    ...(tls === null ? {} : { connect: tls, requestTls: tls, proxyTls: tls }),
    httpProxy: addressOf(proxy || http || all),
    httpsProxy: addressOf(proxy || https || http || all),
    ...(noProxy.length > 0 ? { noProxy: noProxy.join(',') } : {}),
  };
}

function fromEnvironment(name: string): string {
  return (process.env[name] ?? process.env[name.toUpperCase()] ?? '').trim();
}

/** `host:port` means http, as in curl; '' for no proxy. */
function addressOf(proxy: string): string {
  if (proxy === '') return '';
  // The proxy resolves names in either case, which curl calls socks5h.
  const spelled = proxy.includes('://') ? proxy.replace(/^socks5h:/i, 'socks5:') : `http://${proxy}`;
  const address = URL.parse(spelled);
  if (address !== null && PROTOCOLS.includes(address.protocol) && isReadable(address)) return spelled;
  // An address may contain a password.
  const shown = proxy.replace(/^(\w+:\/\/)?.*@/, '$1');
  throw new Error(`the proxy ${shown} cannot be used: write it as http://HOST:PORT or socks5://HOST:PORT`);
}

/** A `%` in a password has to be written as `%25`. */
function isReadable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false;
  }
}
