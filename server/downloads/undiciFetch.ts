/** Imported by itself, late: a bundle makes a chunk of it with names, where one of undici alone has only a default export. */
import { EnvHttpProxyAgent, fetch } from 'undici';

export type Fetch = typeof globalThis.fetch;

/** undici's fetch takes a dispatcher; it has its own types, and the platform's behaviour. */
export function fetchThrough(options: EnvHttpProxyAgent.Options): Fetch {
  const dispatcher = new EnvHttpProxyAgent(options);
  const call = fetch as unknown as (input: Parameters<Fetch>[0], init: object) => Promise<Response>;
  return (input, init) => call(input, { ...init, dispatcher });
}
