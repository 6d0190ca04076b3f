import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadOutcome, downloadModel } from './download.ts';
import { hubFiles } from './hubFiles.ts';
import { closed, listen } from './testing.ts';

const content = randomBytes(300_000);
const oid = createHash('sha256').update(content).digest('hex');
const entry = { type: 'file', path: 'model.gguf', size: content.length, oid: '0', lfs: { oid } };

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const json =
  (value: unknown): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** Keeps sending for as long as the client reads. */
const endless =
  (status: number): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    const piece = `["${'x'.repeat(1 << 20)}",`;
    const more = (): void => {
      if (!response.destroyed) response.write(piece, more);
    };
    more();
  };

let answer: Answer;
let requests: number;
let hubUrl: string;
let folder: string;
const server = createServer((request, response) => {
  requests++;
  if (request.url?.startsWith('/api/')) answer(response, request);
  else response.end(content);
});
beforeEach(async () => {
  requests = 0;
  hubUrl = await listen(server);
  folder = await mkdtemp(join(tmpdir(), 'repotune-hub-'));
});
afterEach(async () => {
  await closed(server);
  await rm(folder, { recursive: true, force: true });
});

function download(): Promise<DownloadOutcome> {
  const target = join(folder, 'model.gguf');
  return downloadModel({ repository: 'team/model', file: 'model.gguf', target, hubUrl, retryDelayMs: 1 });
}

describe('the description of a file by a hub', () => {
  it.each<[string, object, RegExp]>([
    ['no length', { size: undefined }, /states no length/],
    ['a length as text', { size: `${content.length}` }, /states no length/],
    ['a negative length', { size: -1 }, /states no length/],
    ['a fractional length', { size: content.length + 0.5 }, /states no length/],
    ['a length of zero', { size: 0 }, /states no length/],
    ['an invalid hash', { lfs: { oid: 'sha256:00' } }, /states no sha256/],
    ['a hash that is a number', { lfs: { oid: 7 } }, /states no sha256/],
    ['another file name', { path: 'README.md' }, /has no file model\.gguf/],
  ])('with %s fails before a byte is fetched', async (_what, more, message) => {
    answer = json([{ ...entry, ...more }]);
    expect(await download()).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) });
    expect(requests).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('with more bytes than the disk has free fails before a byte is fetched', async () => {
    answer = json([{ ...entry, size: Number.MAX_SAFE_INTEGER }]);
    expect(await download()).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(
        /no room for model\.gguf: .* are still to come, and .* are free in .*smaller model/,
      ),
    });
    expect(requests).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('with a hash in capitals is accepted, and entries of other files are ignored', async () => {
    answer = json([
      { ...entry, path: 'README.md' },
      { ...entry, lfs: { oid: oid.toUpperCase() } },
    ]);
    expect(await download()).toMatchObject({ kind: 'downloaded', sha256: oid });
  });
});

describe('answers of a hub', () => {
  const failures: readonly [string, Answer, RegExp][] = [
    ['an endless answer', endless(200), /answers with more than/],
    ['an endless error', endless(500), /the server answered 500/],
    [
      'a decompression bomb',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(gzipSync(Buffer.alloc(40 << 20, ' ')));
      },
      /answers with more than/,
    ],
    [
      'an HTML page',
      (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in first</html>'),
      /sign-in page/,
    ],
    [
      'an error of megabytes',
      (response) => {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: 'x'.repeat(3_000_000) }));
      },
      /the server answered 500/,
    ],
    ['an object where a list belongs', json({ files: [] }), /cannot be understood/],
    ['a list with null', json([null]), /cannot be understood/],
  ];

  it.each(failures)('%s fails a download with a short message', async (_what, as, message) => {
    answer = as;
    const outcome = await download();
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) });
    expect(JSON.stringify(outcome).length).toBeLessThan(400);
  });

  it.each(failures)('%s fails a look-up with a short message', async (_what, as, message) => {
    answer = as;
    const found = await hubFiles('team/model', { hubUrl });
    expect(found).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) });
    expect(JSON.stringify(found).length).toBeLessThan(400);
  });

  it('endless pagination fails a look-up', async () => {
    answer = (response, request) => {
      response.setHeader('link', `<${hubUrl}${request.url}>; rel="next"`);
      json([entry])(response, request);
    };
    expect(await hubFiles('team/model', { hubUrl })).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('pages without end'),
    });
  });

  it('malformed entries are left out of a list, and a licence is cut and stripped of control characters', async () => {
    answer = (response, request) =>
      request.url?.includes('/tree/')
        ? json([{ type: 'file', path: 5 }, { ...entry, path: 'other.gguf', size: 'large' }, entry])(response, request)
        : json({ _id: '0', id: 'team/model', cardData: { license: `\u001b[2Jmit\n${'x'.repeat(5000)}` } })(
            response,
            request,
          );
    const found = await hubFiles('team/model', { hubUrl });
    expect(found).toMatchObject({ kind: 'files', files: [{ file: 'model.gguf', bytes: content.length }] });
    expect(found.kind === 'files' && found.license).toMatch(/^\ufffd\[2Jmit\ufffdx{1,100}$/);
  });
});
