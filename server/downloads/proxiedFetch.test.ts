import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { ProxySettings } from '../protocol/models.ts';
import { networkReason } from './networkReason.ts';
import { proxiedFetch } from './proxiedFetch.ts';

/** Plain http goes through a proxy as a request with an absolute URL (RFC 9112, 3.2.2). */
let proxy: Server;
let port: number;

beforeAll(async () => {
  proxy = createServer((request, response) => response.end(`asked for ${request.url}`));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  port = (proxy.address() as AddressInfo).port;
});
afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const NAMES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

async function ask(environment: Readonly<Record<string, string>>, settings: ProxySettings): Promise<string> {
  for (const name of NAMES) for (const each of [name, name.toUpperCase()]) vi.stubEnv(each, undefined);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value.replace('PORT', String(port)));
  const asked = settings.proxy?.replace('PORT', String(port));
  const response = await proxiedFetch({ ...settings, ...(asked === undefined ? {} : { proxy: asked }) })(
    'http://hub.invalid/file',
  );
  return response.text();
}

it.each<[string, Record<string, string>, ProxySettings]>([
  ['the settings', {}, { proxy: 'http://127.0.0.1:PORT' }],
  ['the settings before the environment', { http_proxy: 'http://127.0.0.1:1' }, { proxy: '127.0.0.1:PORT' }],
  ['the environment', { HTTP_PROXY: 'http://127.0.0.1:PORT' }, {}],
  ['the environment, by host and port alone', { http_proxy: 'localhost:PORT' }, { proxy: '' }],
  ['the environment, by address and port alone', { HTTP_PROXY: '127.0.0.1:PORT' }, {}],
  ['the environment for all protocols', { ALL_PROXY: 'http://127.0.0.1:PORT', HTTPS_PROXY: ' ' }, {}],
])('finds a proxy in %s', async (_where, environment, settings) => {
  expect(await ask(environment, settings)).toBe('asked for http://hub.invalid/file');
});

it.each([
  ['http://', 'the proxy http:// cannot be used'],
  ['gopher://proxy:70', 'the proxy gopher://proxy:70 cannot be used'],
  ['http://me:100%@proxy:80', 'the proxy http://proxy:80 cannot be used'],
  ['me:100%@proxy:80', 'the proxy proxy:80 cannot be used'],
])('rejects %s as a proxy address without naming its password', async (address, message) => {
  await expect(ask({ HTTP_PROXY: address }, {})).rejects.toThrow(message);
});

it.each(['socks5://127.0.0.1:1080', 'socks5h://127.0.0.1:1080'])('accepts %s', (proxy) => {
  expect(() => proxiedFetch({ proxy })).not.toThrow();
});

it('a body that stands still for too long is an error, so that the rest is asked for anew', async () => {
  const server = createServer((_, response) => void response.writeHead(200).write('a part'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: at } = server.address() as AddressInfo;
  const response = await proxiedFetch({ noProxy: ['127.0.0.1'] }, 200)(`http://127.0.0.1:${at}/file`);
  const error = await response.text().catch((reason: Error) => reason);
  expect(networkReason(error)).toBe('the host stopped sending');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
