/** Why a connection failed: Node reports codes and calls, and fetch only that it failed. Pure. */
import { messageOf } from '../common/messageOf.ts';

const NO_TRUST =
  "the host's certificate is not trusted here; an inspecting proxy needs its own in the system's store, or in NODE_EXTRA_CA_CERTS (http.proxyStrictSSL does not count here)";

const LATE = 'the host did not answer in time';

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host's name is not known; this machine may be offline",
  EAI_AGAIN: "the host's name cannot be looked up; this machine may be offline",
  ECONNREFUSED: 'nothing answers at that address and port',
  ENETUNREACH: "the host's network cannot be reached; this machine may be offline",
  EHOSTUNREACH: 'the host cannot be reached from this network',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
  ETIMEDOUT: LATE,
  UND_ERR_CONNECT_TIMEOUT: LATE,
  UND_ERR_HEADERS_TIMEOUT: LATE,
  UND_ERR_BODY_TIMEOUT: 'the host stopped sending',
  SELF_SIGNED_CERT_IN_CHAIN: NO_TRUST,
  DEPTH_ZERO_SELF_SIGNED_CERT: NO_TRUST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NO_TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NO_TRUST,
  CERT_HAS_EXPIRED: "the host's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the host's certificate is for another one",
};

/**
 * For use in brackets within a sentence about what was asked for, which is why the host is named as such. Errors not of the network keep
 * their own message.
 */
export function networkReason(error: unknown): string {
  const chain = chainOf(error);
  for (const { code, name } of chain) {
    if (name === 'TimeoutError') return LATE;
    if (code !== undefined && Object.hasOwn(words, code)) return words[code]!;
  }
  return messageOf(chain.find(({ message }) => message !== '' && message !== 'fetch failed') ?? error);
}

/** The error, its cause, and so on; of several at once, as for a host with several addresses, the first. */
function chainOf(error: unknown): NodeJS.ErrnoException[] {
  const chain: NodeJS.ErrnoException[] = [];
  let next = error;
  while (next instanceof Error && !chain.includes(next)) {
    chain.push(next);
    next = next instanceof AggregateError && next.cause === undefined ? next.errors[0] : next.cause;
  }
  return chain;
}
