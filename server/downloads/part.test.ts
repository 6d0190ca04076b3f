import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fillPart, type Rest } from './part.ts';

const content = randomBytes(50_000);
const page = '<html>Sign in first</html>';

let folder: string;
let part: string;
let server: Server;
let url: string;
/** The time of each request, and the byte it asked for. */
let asked: { readonly atMs: number; readonly from: number }[];
/** Writes the body of an answer that starts at `from`. */
let answer: (response: ServerResponse, from: number) => void;
/** Whether the server supports ranges. */
let ranges: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-part-'));
  part = join(folder, 'file.part');
  asked = [];
  ranges = true;
  server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    asked.push({ atMs: performance.now(), from });
    response.writeHead(ranges && from > 0 ? 206 : 200);
    answer(response, ranges ? from : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function ask(from: number): Promise<Rest> {
  const response = await fetch(url, { headers: { range: `bytes=${from}-` } });
  return { at: response.status === 206 ? from : 0, bytes: response.body! };
}

const fill = (retries: number, retryDelayMs = 1): Promise<void> =>
  fillPart(part, content.length, ask, { retries, retryDelayMs });

it('resumes where a body ended early, as long as the part grows', async () => {
  answer = (response, from) => response.end(content.subarray(from, from + 20_000));
  await fill(0);
  expect(asked.map(({ from }) => from)).toEqual([0, 20_000, 40_000]);
  expect(await readFile(part)).toEqual(content);
});

it('retries with growing waits, then gives up, when a page comes in place of the file', async () => {
  ranges = false;
  answer = (response) => response.end(page);
  await expect(fill(3, 20)).rejects.toThrow(/sign-in page/);
  // The first answer extended the part; the three retries did not, nor did the final one.
  expect(asked).toHaveLength(5);
  const waits = asked.slice(1).map(({ atMs }, i) => atMs - asked[i]!.atMs);
  expect(waits.at(-1)).toBeGreaterThan(20 * 2 ** 3 - 5);
});

it('gives up on empty bodies', async () => {
  answer = (response) => response.end();
  await expect(fill(2)).rejects.toThrow(/before the file is complete/);
  expect(asked).toHaveLength(3);
});

it.each(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'])(
  'does not retry when the file system refuses a write: %s',
  async (code) => {
    let tries = 0;
    const refused = async (): Promise<Rest> => {
      tries++;
      throw Object.assign(new Error(code), { code });
    };
    await expect(fillPart(part, content.length, refused, { retries: 3, retryDelayMs: 1 })).rejects.toThrow(code);
    expect(tries).toBe(1);
  },
);

it('counts a restart from byte 0 as a failure, however far it gets', async () => {
  ranges = false;
  let sent = 1000;
  answer = (response) => {
    sent += 1000;
    response.end(content.subarray(0, sent));
  };
  await expect(fill(2)).rejects.toThrow(/before the file is complete/);
  expect(asked).toHaveLength(4);
});

it('downloads the whole file from a server without ranges', async () => {
  ranges = false;
  await writeFile(part, 'of before');
  answer = (response) => response.end(content);
  await fill(0);
  expect(await readFile(part)).toEqual(content);
});
