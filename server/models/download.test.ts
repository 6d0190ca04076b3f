import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
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

  it('resumes a cut connection at the first byte that is missing', async () => {
    hub.cuts = [1_000_000, 500_000];
    const part = `${options().target}.part`;
    hub.beforeCut = (end) =>
      vi.waitFor(async () => expect((await stat(part)).size).toBe(end), { timeout: 20_000, interval: 2 });
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256 });
    expect(hub.ranges).toEqual(['', 'bytes=1000000-', 'bytes=1500000-']);
  });

  it('completes a cut download from a server without range support', async () => {
    hub.knowsRanges = false;
    hub.cuts = [1_000_000];
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256 });
    expect(hub.ranges).toEqual(['', expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it.each([0, 900_000])('keeps nothing of a sign-in page in place of the file, after %d bytes', async (arrived) => {
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

  it.runIf(process.platform === 'linux')('reports a full disk at once', async () => {
    await mkdir(join(folder, 'models'));
    await symlink('/dev/full', `${options().target}.part`);
    expect(await downloadModel(options({ retryDelayMs: 60_000 }))).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/no room left.*Free some space/),
    });
  });

  it('resumes after a restart from the part that an earlier run kept', async () => {
    hub.cuts = [900_000];
    const first = await downloadModel(options({ retries: -1 }));
    expect(first).toMatchObject({ kind: 'failed', message: expect.stringContaining('what arrived is kept') });
    const second = await downloadModel(options());
    expect(second).toMatchObject({ kind: 'downloaded', sha256 });
    expect(second.kind === 'downloaded' && second.resumedFrom).toBeGreaterThan(0);
  });

  it('rejects a file whose hash is not the stated one, deletes its part and keeps the earlier file', async () => {
    await downloadModel(options());
    hub.statedSha256 = 'f'.repeat(64);
    expect(await downloadModel(options())).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('arrived damaged'),
    });
    expect(await readFile(options().target)).toEqual(content);
    await expect(access(`${options().target}.part`)).rejects.toThrow();
  });

  it('does not begin a file without a stated hash', async () => {
    hub.statedSha256 = null;
    expect(await downloadModel(options())).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/states no sha256.*cannot be checked.*another model/),
    });
    expect(hub.ranges).toEqual([]);
    await expect(access(options().target)).rejects.toThrow();
  });

  it('checks a file against the known hash where the hub states none', async () => {
    hub.statedSha256 = null;
    expect(await downloadModel(options({ sha256 }))).toMatchObject({ kind: 'downloaded', sha256 });
    expect(await downloadModel(options({ sha256: 'e'.repeat(64) }))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('arrived damaged'),
    });
  });

  it('fails before fetching a byte when the hub states a hash other than the known one', async () => {
    hub.statedSha256 = 'f'.repeat(64);
    expect(await downloadModel(options({ sha256 }))).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/offers a different model\.gguf than the known one.*ffff.*not downloaded/),
    });
    expect(hub.ranges).toEqual([]);
    await expect(access(`${options().target}.part`)).rejects.toThrow();
  });

  it('requests the file at the given revision only', async () => {
    const revision = '0123abcd';
    expect(await downloadModel(options({ revision }))).toMatchObject({ kind: 'downloaded', sha256 });
    expect(hub.paths).toContain(`/api/models/team/model/paths-info/${revision}`);
    expect(hub.paths).toContain(`/team/model/resolve/${revision}/model.gguf`);
    expect(hub.paths.some((path) => path.includes('main'))).toBe(false);
  });

  it('uses the hub that HF_ENDPOINT names, and reports an invalid one', async () => {
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

  it('starts over when the part is longer than the file', async () => {
    await downloadModel(options());
    await writeFile(`${options().target}.part`, Buffer.alloc(content.length + 1));
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', sha256, resumedFrom: 0 });
  });

  it.each([
    ['a file the repository lacks', { file: 'other.gguf' }, 'has no file other.gguf'],
    ['a repository the hub lacks', { repository: 'team/nothing' }, 'was not found on the hub'],
    ['an invalid proxy address', { proxy: 'gopher://proxy:70' }, 'write it as http://HOST:PORT'],
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

  it('cancelled while the sum of what arrived is computed, stops, and a later download has only that left to do', async () => {
    const controller = new AbortController();
    const onProgress = (done: number): void => {
      if (done === content.length) setImmediate(() => controller.abort());
    };
    expect(await downloadModel(options({ signal: controller.signal, onProgress }))).toEqual({ kind: 'cancelled' });
    expect(await readFile(`${options().target}.part`)).toEqual(content);
    hub.ranges.length = 0;
    expect(await downloadModel(options())).toMatchObject({ kind: 'downloaded', resumedFrom: content.length });
    expect(hub.ranges).toEqual([]);
  });

  it.each([
    ['goes through the given proxy', ['elsewhere.example'], true],
    ['bypasses the proxy for hosts in noProxy', ['127.0.0.1'], false],
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
