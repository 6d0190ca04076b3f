import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadOptions, downloadModel } from './download.ts';

/** A server that answers as the hub does: paths-info with LFS ids, `resolve` redirecting to a store that takes ranges. */
interface Hub {
  readonly url: string;
  /** Range headers of the requests to the store, in order. */
  readonly ranges: string[];
  /** Connections cut after this many bytes of body, one entry a request; then whole answers. */
  cuts: number[];
  /** null: the file is not in the large file storage, so no hash is stated. */
  statedSha256: string | null;
  close(): Promise<void>;
}

const content = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(content).digest('hex');

async function startHub(): Promise<Hub> {
  const ranges: string[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const hub: Hub = { url: await listen(server), ranges, cuts: [], statedSha256: sha256, close: () => closed(server) };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', hub.url).pathname;
    if (path === '/api/models/team/model/paths-info/main') {
      const body = JSON.parse(await bodyOf(request)) as { paths: string[] };
      const known = body.paths.filter((name) => name === 'model.gguf');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          known.map((name) => ({
            type: 'file',
            path: name,
            size: content.length,
            oid: '0',
            ...(hub.statedSha256 && { lfs: { oid: hub.statedSha256, size: content.length, pointerSize: 100 } }),
          })),
        ),
      );
    } else if (path === '/team/model/resolve/main/model.gguf') {
      response.writeHead(302, { location: '/store/blob' }).end();
    } else if (path === '/store/blob') {
      serveRange(request, response);
    } else {
      response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end('{}');
    }
  }

  function serveRange(request: IncomingMessage, response: ServerResponse): void {
    const [, first = '0', last = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const end = last === '' ? content.length - 1 : Math.min(Number(last), content.length - 1);
    const body = content.subarray(Number(first), end + 1);
    response.writeHead(206, {
      'content-length': body.length,
      'content-range': `bytes ${first}-${end}/${content.length}`,
      etag: '"parts-7"',
    });
    if (body.length === 1) return void response.end(body);
    ranges.push(request.headers.range ?? '');
    const cut = hub.cuts.shift();
    if (cut === undefined) return void response.end(body);
    response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
  }
  return hub;
}

describe('downloading a base model', () => {
  let hub: Hub;
  let folder: string;
  beforeEach(async () => {
    hub = await startHub();
    folder = await mkdtemp(join(tmpdir(), 'repotune-download-'));
  });
  afterEach(async () => {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (more: Partial<DownloadOptions> = {}): DownloadOptions => ({
    repository: 'team/model',
    file: 'model.gguf',
    target: join(folder, 'models', 'model.gguf'),
    hubUrl: hub.url,
    retryDelayMs: 5,
    ...more,
  });

  it('arrives whole through a redirect, with progress up to the last byte', async () => {
    const progress: number[] = [];
    const outcome = await downloadModel(options({ onProgress: (done) => progress.push(done) }));
    expect(outcome).toMatchObject({ kind: 'downloaded', sha256, bytes: content.length, resumedFrom: 0 });
    expect(await readFile(options().target)).toEqual(content);
    expect(progress.at(-1)).toBe(content.length);
  });

  it('takes a cut connection up where it ended, fetching no byte twice', async () => {
    hub.cuts = [1_000_000, 500_000];
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256 });
    const starts = hub.ranges.map((range) => Number(/\d+/.exec(range)?.[0] ?? 0));
    expect(starts).toHaveLength(3);
    expect(starts[0]).toBe(0);
    expect(starts[1]).toBeGreaterThan(0);
    expect(starts[2]).toBeGreaterThan(starts[1] ?? 0);
  });

  it('goes on after a restart from what an earlier run kept', async () => {
    hub.cuts = [900_000];
    const first = await downloadModel(options({ retries: -1 }));
    expect(first).toMatchObject({ kind: 'failed', message: expect.stringContaining('what arrived is kept') });
    const second = await downloadModel(options());
    expect(second).toMatchObject({ kind: 'downloaded', sha256 });
    expect(second.kind === 'downloaded' && second.resumedFrom).toBeGreaterThan(0);
  });

  it('refuses a file whose hash is not the stated one, leaving nothing behind and an earlier file alone', async () => {
    await downloadModel(options());
    hub.statedSha256 = 'f'.repeat(64);
    expect(await downloadModel(options())).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('arrived damaged'),
    });
    expect(await readFile(options().target)).toEqual(content);
    await expect(access(`${options().target}.part`)).rejects.toThrow();
  });

  it('does not begin a file whose hash nobody states', async () => {
    hub.statedSha256 = null;
    expect(await downloadModel(options())).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/states no sha256.*cannot be checked.*another model/),
    });
    expect(hub.ranges).toEqual([]);
    await expect(access(options().target)).rejects.toThrow();
  });

  it.each([
    ['where the hub states none', null],
    ['over what the hub states', 'f'.repeat(64)],
  ])('holds a file to the hash that is known of it, %s', async (_what, stated) => {
    hub.statedSha256 = stated;
    expect(await downloadModel(options({ sha256 }))).toMatchObject({ kind: 'downloaded', sha256 });
    hub.statedSha256 = sha256;
    expect(await downloadModel(options({ sha256: 'e'.repeat(64) }))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('arrived damaged'),
    });
  });

  it('mends a part of another file that is longer than the whole', async () => {
    await downloadModel(options());
    await writeFile(`${options().target}.part`, Buffer.alloc(content.length + 1));
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256, resumedFrom: 0 });
  });

  it.each([
    ['a file the repository lacks', { file: 'other.gguf' }, 'has no file other.gguf'],
    ['a repository the hub lacks', { repository: 'team/nothing' }, 'was not found on the hub'],
    ['a hub that cannot be reached', { hubUrl: 'http://127.0.0.1:9', retries: 0 }, 'Check the connection'],
  ])('says what to do about %s', async (_what, more, message) => {
    expect(await downloadModel(options(more))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(message),
    });
  });

  it('stops when cancelled and keeps what arrived', async () => {
    hub.cuts = [800_000];
    const controller = new AbortController();
    const outcome = await downloadModel(
      options({
        signal: controller.signal,
        retryDelayMs: 60_000,
        onProgress: () => setTimeout(() => controller.abort(), 100),
      }),
    );
    expect(outcome).toEqual({ kind: 'cancelled' });
    expect((await readFile(`${options().target}.part`)).length).toBeGreaterThan(0);
  });

  it.each([
    ['goes through the proxy it is given', ['elsewhere.example'], true],
    ['asks hosts that need no proxy without it', ['127.0.0.1'], false],
  ])('%s', async (_what, noProxy, proxied) => {
    const targets: string[] = [];
    // Plain http goes through a proxy as a request with an absolute address (RFC 9112, 3.2.2).
    const proxy = createServer((incoming, response) => {
      targets.push(new URL(incoming.url ?? '').host);
      const onward = forward(incoming.url ?? '', { method: incoming.method, headers: incoming.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward);
    });
    const outcome = await downloadModel(options({ proxy: await listen(proxy), noProxy }));
    expect(outcome).toMatchObject({ kind: 'downloaded', sha256 });
    expect(new Set(targets)).toEqual(new Set(proxied ? [new URL(hub.url).host] : []));
    await closed(proxy);
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
