import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DownloadOptions, downloadModel } from './download.ts';
import { closed, type Hub, listen, startHub } from './testing.ts';

const content = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(content).digest('hex');

describe('downloading a base model', () => {
  let hub: Hub;
  let folder: string;
  beforeEach(async () => {
    hub = await startHub({ repository: 'team/model', file: 'model.gguf', content });
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

  it('takes the whole again from a store that knows no ranges, wherever it was cut', async () => {
    hub.knowsRanges = false;
    hub.cuts = [1_000_000];
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256 });
    expect(hub.ranges).toEqual(['', expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it.each([0, 900_000])('keeps nothing of a page that comes in place of the file, after %d bytes', async (arrived) => {
    const part = `${options().target}.part`;
    await mkdir(join(folder, 'models'));
    await writeFile(part, content.subarray(0, arrived));
    hub.page = '<html>Sign in first</html>';
    expect(await downloadModel(options())).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('sign-in page'),
    });
    expect(hub.ranges).toHaveLength(1);
    expect(await readFile(part)).toEqual(content.subarray(0, arrived));
    hub.page = null;
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256, resumedFrom: arrived });
  });

  it.runIf(process.platform === 'linux')('says at once that the disk is full', async () => {
    await mkdir(join(folder, 'models'));
    await symlink('/dev/full', `${options().target}.part`);
    expect(await downloadModel(options({ retryDelayMs: 60_000 }))).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/no room left.*Free some space/),
    });
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

  it('holds a file to the hash that is known of it where the hub states none', async () => {
    hub.statedSha256 = null;
    expect(await downloadModel(options({ sha256 }))).toMatchObject({ kind: 'downloaded', sha256 });
    expect(await downloadModel(options({ sha256: 'e'.repeat(64) }))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('arrived damaged'),
    });
  });

  it('refuses a hub that states another hash than the known one, before a byte is fetched', async () => {
    hub.statedSha256 = 'f'.repeat(64);
    expect(await downloadModel(options({ sha256 }))).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/offers a different model\.gguf than the known one.*ffff.*not downloaded/),
    });
    expect(hub.ranges).toEqual([]);
    await expect(access(`${options().target}.part`)).rejects.toThrow();
  });

  it('asks for the commit whose file is meant', async () => {
    const revision = '0123abcd';
    expect(await downloadModel(options({ revision }))).toMatchObject({ kind: 'downloaded', sha256 });
    expect(hub.paths).toContain(`/api/models/team/model/paths-info/${revision}`);
    expect(hub.paths).toContain(`/team/model/resolve/${revision}/model.gguf`);
    expect(hub.paths.some((path) => path.includes('main'))).toBe(false);
  });

  it('asks the hub that HF_ENDPOINT names', async () => {
    vi.stubEnv('HF_ENDPOINT', `${hub.url}/`);
    const { hubUrl: _, ...rest } = options();
    expect(await downloadModel(rest)).toMatchObject({ kind: 'downloaded', sha256 });
    vi.stubEnv('HF_ENDPOINT', 'nowhere');
    expect(await downloadModel(rest)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('HF_ENDPOINT is nowhere'),
    });
    vi.unstubAllEnvs();
  });

  it('mends a part of another file that is longer than the whole', async () => {
    await downloadModel(options());
    await writeFile(`${options().target}.part`, Buffer.alloc(content.length + 1));
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256, resumedFrom: 0 });
  });

  it.each([
    ['a file the repository lacks', { file: 'other.gguf' }, 'has no file other.gguf'],
    ['a repository the hub lacks', { repository: 'team/nothing' }, 'was not found on the hub'],
    ['a proxy that is no address', { proxy: 'gopher://proxy:70' }, 'write it as http://HOST:PORT'],
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
    // Plain http goes through a proxy as a request with an absolute URL (RFC 9112, 3.2.2).
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
