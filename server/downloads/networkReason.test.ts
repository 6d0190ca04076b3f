import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { networkReason } from './networkReason.ts';

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });
const fetchFailed = (cause: unknown): Error => new TypeError('fetch failed', { cause });

/** As some libraries report: the error and its cause name each other. */
const circular = fetchFailed(undefined);
circular.cause = new Error('odd', { cause: circular });
const ownCause = new Error('its own cause');
ownCause.cause = ownCause;

test.each<[string, Error, string]>([
  [
    'an unknown host name',
    fetchFailed(coded('ENOTFOUND', 'getaddrinfo ENOTFOUND huggingface.co')),
    "the host's name is not known; this machine may be offline",
  ],
  [
    'a host with two addresses that both refuse',
    fetchFailed(
      Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')], ''), { code: 'ECONNREFUSED' }),
    ),
    'nothing answers at that address and port',
  ],
  [
    'an inspecting proxy',
    fetchFailed(coded('SELF_SIGNED_CERT_IN_CHAIN')),
    "the host's certificate is not trusted here; an inspecting proxy needs its own in the system's store, or in NODE_EXTRA_CA_CERTS (http.proxyStrictSSL does not count here)",
  ],
  ['an unknown error code', fetchFailed(coded('EODD', 'something odd')), 'something odd'],
  ['a sentence of our own', new Error('the server answered 503', { cause: new Error('x') }), 'the server answered 503'],
  ['an error without a cause', Object.assign(new Error('odd'), { name: 'odd' }), 'odd'],
  ['an error that is its own cause', ownCause, 'its own cause'],
  ['an error that its cause leads back to', circular, 'odd'],
])('explains %s in words', (_, error, reason) => {
  expect(networkReason(error)).toBe(reason);
});

test('explains a real request that times out, and one to a closed port', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = (signal: AbortSignal): Promise<unknown> =>
    fetch(`http://127.0.0.1:${port}`, { signal }).catch((error: unknown) => error);
  expect(networkReason(await asked(AbortSignal.timeout(50)))).toBe('the host did not answer in time');
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  expect(networkReason(await asked(AbortSignal.timeout(20_000)))).toBe('nothing answers at that address and port');
});
