import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { restOf } from './restOf.ts';

/** The offset from which a server with these headers sends, for a file of 100 bytes requested from byte 40 on. */
async function beginOf(status: number, headers: Readonly<Record<string, string>>): Promise<number> {
  const server = createServer((_, response) => {
    // Without a length, as from a proxy that does not have the whole file yet.
    response.writeHead(status, headers);
    response.write('begun');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
    return (await restOf(url, 40, 100, fetch, undefined)).at;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it.each<[string, number, Record<string, string>, number]>([
  ['the requested range', 206, { 'content-range': 'bytes 40-99/100' }, 40],
  ['a range without its position', 206, {}, 40],
  ['a range of a file of unknown length', 206, { 'content-range': 'bytes 40-99/*' }, 40],
  ['an earlier range', 206, { 'content-range': 'bytes 32-99/100' }, 32],
  ['the first bytes', 206, { 'content-range': 'bytes 0-99/100' }, 0],
  ['the whole file', 200, {}, 0],
])('finds where the body begins when a server sends %s', async (_, status, headers, at) => {
  expect(await beginOf(status, headers)).toBe(at);
});

it.each([
  ['a later range', 'bytes 64-99/100'],
  ['a file of another length', 'bytes 40-89/90'],
])('refuses %s', async (_, range) => {
  await expect(beginOf(206, { 'content-range': range })).rejects.toThrow('another part of a file than was asked for');
});

it.each(['text/plain', 'application/json; charset=utf-8', 'application/problem+json', 'TEXT/XML'])(
  'rejects %s in place of the file, and accepts it as a part or with the length of the file',
  async (type) => {
    await expect(beginOf(200, { 'content-type': type })).rejects.toThrow('a text instead of the file');
    // A careless server may use these types for a part, or for a whole file.
    expect(await beginOf(206, { 'content-type': type, 'content-range': 'bytes 40-99/100' })).toBe(40);
    expect(await beginOf(200, { 'content-type': type, 'content-length': '100' })).toBe(0);
  },
);
