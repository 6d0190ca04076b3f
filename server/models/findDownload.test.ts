import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { findDownload } from './findDownload.ts';
import { closed, listen } from './testing.ts';

/** As if the catalogue knew no hashes. */
const entries: readonly CatalogueEntry[] = catalogue.map(({ sha256: _, ...entry }) => entry);
const [small, , large] = catalogue;
const stated: Readonly<Record<string, string>> = {
  [small.repository]: 'a'.repeat(64),
  [large.repository]: 'b'.repeat(64),
};
/** Answers like the hub about the files of a repository. */
const hub = createServer((request, response) => {
  const repository = /^\/api\/models\/(.+)\/paths-info\//.exec(request.url ?? '')?.[1] ?? '';
  const entry = catalogue.find((one) => one.repository === repository);
  const oid = stated[repository];
  response.setHeader('content-type', 'application/json');
  if (entry === undefined || oid === undefined) return void response.writeHead(404).end('{}');
  const lfs = { oid, size: 7, pointerSize: 100 };
  response.end(JSON.stringify([{ type: 'file', path: entry.file, size: 7, oid: '0', lfs }]));
});
let hubUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  hubUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
});
afterAll(() => void hub.close());

it.each([
  ['the entry whose file has the hash', 'b', 'qwen2', large.id],
  ['nothing for a hash that no entry has', 'c', 'qwen2', undefined],
  ['nothing for another architecture', 'b', 'llama', undefined],
])('finds %s', async (_title, digit, architecture, expected) => {
  const found = await findDownload({ sha256: digit.repeat(64), architecture }, { hubUrl, entries });
  expect(found?.entry.id).toBe(expected);
  if (expected) expect(found?.bytes).toBe(7);
});

it('uses the hashes of the catalogue without asking the hub', async () => {
  const nowhere = { hubUrl: 'http://127.0.0.1:1' };
  const found = await findDownload({ sha256: large.sha256, architecture: 'qwen2' }, nowhere);
  expect(found).toEqual({ entry: large, bytes: large.fileBytes });
  // If an entry's hash is known, the hub's statement is irrelevant.
  expect(await findDownload({ sha256: 'b'.repeat(64), architecture: 'qwen2' }, { hubUrl })).toBeNull();
});

it('finds nothing when the hub is unreachable', async () => {
  const nowhere = { hubUrl: 'http://127.0.0.1:1', entries };
  expect(await findDownload({ sha256: 'b'.repeat(64), architecture: 'qwen2' }, nowhere)).toBeNull();
});

it('reaches the hub through the given proxy', async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const reach = { proxy: await listen(proxy), noProxy: ['elsewhere.example'], entries };
  expect(await findDownload({ sha256: 'a'.repeat(64), architecture: 'qwen3' }, reach)).toBeNull();
  expect(new Set(tunnels)).toEqual(new Set(['huggingface.co:443']));
  await closed(proxy);
});
