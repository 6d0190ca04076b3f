import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { findDownload } from './findDownload.ts';

const [small, , large] = catalogue;
const stated: Readonly<Record<string, string>> = {
  [small.repository]: 'a'.repeat(64),
  [large.repository]: 'b'.repeat(64),
};
/** Answers as the hub does about the files of a repository. */
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
  ['none for a hash nobody states', 'c', 'qwen2', undefined],
  ['none of another architecture', 'b', 'llama', undefined],
])('%s', async (_title, digit, architecture, expected) => {
  const found = await findDownload({ sha256: digit.repeat(64), architecture }, { hubUrl });
  expect(found?.entry.id).toBe(expected);
  if (expected) expect(found?.bytes).toBe(7);
});

it('goes by the hash the catalogue knows, over what the hub states', async () => {
  const entries = [{ ...small, sha256: 'd'.repeat(64) }];
  const find = (digit: string) =>
    findDownload({ sha256: digit.repeat(64), architecture: 'qwen2' }, { hubUrl, entries });
  expect((await find('d'))?.entry.id).toBe(small.id);
  expect(await find('a')).toBeNull();
});

it('a hub that cannot be asked offers nothing', async () => {
  const nowhere = { hubUrl: 'http://127.0.0.1:1' };
  expect(await findDownload({ sha256: 'b'.repeat(64), architecture: 'qwen2' }, nowhere)).toBeNull();
});
