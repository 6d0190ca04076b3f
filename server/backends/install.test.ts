import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import {
  type BackendDownload,
  backendDownload,
  backendDownloads,
  LIBRARIES_RELEASE,
} from '../common/backendCatalogue.ts';
import { syncFolder } from '../storage/writeAside.ts';
import { installBackend, removeBackend } from './install.ts';

vi.mock('../storage/writeAside.ts', async (original) => {
  const real = await original<typeof import('../storage/writeAside.ts')>();
  return { ...real, syncFolder: vi.fn(real.syncFolder) };
});

/** A gzipped tar archive of these files, like npm's. */
function packed(files: Readonly<Record<string, Buffer>>): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-pack-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, name)), { recursive: true });
    writeFileSync(join(scratch, name), content);
  }
  create({ cwd: scratch, file: join(scratch, 'all.tgz'), gzip: true, portable: true, sync: true }, Object.keys(files));
  const archive = readFileSync(join(scratch, 'all.tgz'));
  rmSync(scratch, { recursive: true });
  return archive;
}

const plugIn = randomBytes(700_001);
const archive = packed({ 'package/README.md': Buffer.from('# read'), 'package/bins/libggml-cuda.so': plugIn });

let folder: string;
let server: Server;
let download: BackendDownload;
let url: string;
/** Bytes after which the connection is cut, one entry per request. */
let cuts: number[];
let ranges: (string | undefined)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-backend-'));
  cuts = [];
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const body = archive.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length });
    const cut = cuts.shift();
    if (cut === undefined) response.end(body);
    else response.write(body.subarray(0, cut), () => void arrived(from + cut).then(() => response.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cuda.tgz`;
  download = {
    name: 'cuda',
    backend: 'cuda',
    platform: 'linux-x64',
    archive: 'cuda.tgz',
    bytes: archive.length,
    sha512: createHash('sha512').update(archive).digest('base64'),
    entry: 'package/bins/libggml-cuda.so',
    needs: '',
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const target = (): string => join(folder, 'backends', 'libggml-cuda.so');
/** Waits for bytes to arrive, since cutting a connection earlier may lose those in transit. */
const arrived = async (bytes: number): Promise<void> => {
  await vi.waitFor(async () => expect((await stat(`${target()}.cuda.tgz.part`)).size).toBe(bytes), {
    timeout: 10_000,
    interval: 2,
  });
};
const install = (more: Partial<BackendDownload> = {}, signal?: AbortSignal) =>
  installBackend({ ...download, ...more }, { url, target: target(), retryDelayMs: 5, ...(signal ? { signal } : {}) });

it('unpacks the plug-in alone, and leaves nothing else behind', async () => {
  expect(await install()).toEqual({ kind: 'installed', path: target() });
  expect(await readFile(target())).toEqual(plugIn);
  expect(await readdir(join(folder, 'backends'))).toEqual(['libggml-cuda.so']);
});

it('has flushed the name of the plug-in before it deletes the archive, which a power failure would take both of', async () => {
  let then: string[] = [];
  vi.mocked(syncFolder).mockImplementationOnce(async (of) => {
    then = (await readdir(of)).toSorted();
  });
  await install();
  expect(then).toEqual(['libggml-cuda.so', 'libggml-cuda.so.cuda.tgz.part', 'libggml-cuda.so.lock']);
});

it('resumes a cut download where it ended', async () => {
  cuts = [200_000, 100_000];
  expect(await install()).toMatchObject({ kind: 'installed' });
  expect(ranges).toEqual([undefined, 'bytes=200000-', 'bytes=300000-']);
  expect(await readFile(target())).toEqual(plugIn);
});

it('deletes an archive with a wrong hash without unpacking it', async () => {
  const outcome = await install({ sha512: createHash('sha512').update('other').digest('base64') });
  expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('damaged') });
  expect(await readdir(join(folder, 'backends'))).toEqual([]);
});

it('fails at once when a web page comes in place of the archive, and keeps nothing of it', async () => {
  server.removeAllListeners('request').on('request', (request, response) => {
    ranges.push(request.headers.range);
    response.end('<html>Sign in first</html>');
  });
  expect(await install()).toMatchObject({ kind: 'failed', message: expect.stringContaining('sign-in page') });
  expect(ranges).toHaveLength(1);
  expect(await readdir(join(folder, 'backends'))).toEqual([]);
});

it('keeps the installed plug-in when installing a newer one fails', async () => {
  await install();
  const outcome = await install({ entry: 'package/bins/absent.so' });
  expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('absent.so') });
  expect(await readFile(target())).toEqual(plugIn);
});

it('reports a cancelled download as cancelled, and on a second try fetches only the rest', async () => {
  await rm(folder, { recursive: true });
  const abort = new AbortController();
  cuts = [150_000];
  const first = installBackend(download, { url, target: target(), retryDelayMs: 10_000, signal: abort.signal });
  await arrived(150_000);
  abort.abort();
  expect(await first).toEqual({ kind: 'cancelled' });
  expect(await install()).toEqual({ kind: 'installed', path: target() });
  expect(ranges).toEqual([undefined, 'bytes=150000-']);
  expect(await readFile(target())).toEqual(plugIn);
});

it('refuses a second download while one is under way, and works once that was cancelled', async () => {
  const abort = new AbortController();
  cuts = [150_000];
  const first = installBackend(download, { url, target: target(), retryDelayMs: 10_000, signal: abort.signal });
  await arrived(150_000);
  expect(await install()).toEqual({ kind: 'failed', message: expect.stringContaining('being downloaded already') });
  abort.abort();
  expect(await first).toEqual({ kind: 'cancelled' });
  expect(await install()).toEqual({ kind: 'installed', path: target() });
});

it('does not resume from the part of another archive, and removes all parts with the plug-in', async () => {
  const abort = new AbortController();
  cuts = [150_000];
  const other = installBackend(download, { url, target: target(), retryDelayMs: 10_000, signal: abort.signal });
  await arrived(150_000);
  await expect(removeBackend(target())).rejects.toThrow('is being downloaded');
  abort.abort();
  expect(await other).toEqual({ kind: 'cancelled' });
  expect(await install({ name: 'cuda12' })).toEqual({ kind: 'installed', path: target() });
  expect(ranges).toEqual([undefined, undefined]);
  expect(await removeBackend(target())).toBe(true);
  expect(await readdir(join(folder, 'backends'))).toEqual([]);
  expect(await removeBackend(target())).toBe(false);
});

it('says of a file that is no archive that it cannot be unpacked, and keeps the installed plug-in', async () => {
  await install();
  await writeFile(`${target()}.cuda.tgz.part`, gzipSync(Buffer.from('no tar'.repeat(200))));
  const junk = await readFile(`${target()}.cuda.tgz.part`);
  const sha512 = createHash('sha512').update(junk).digest('base64');
  expect(await install({ bytes: junk.length, sha512 })).toEqual({
    kind: 'failed',
    message: expect.stringMatching(/cuda\.tgz cannot be unpacked \(.+\): install a newer Repotune\.$/),
  });
  expect(await readFile(target())).toEqual(plugIn);
});

it('offers plug-ins of the release that is linked, and none for other platforms', () => {
  expect(manifest.devDependencies['node-llama-cpp']).toBe(LIBRARIES_RELEASE);
  for (const { archive } of backendDownloads) expect(archive).toContain(`-${LIBRARIES_RELEASE}.tgz`);
  for (const platform of ['linux-x64', 'win32-x64'])
    expect([backendDownload('cuda', platform), backendDownload('cuda12', platform)]).not.toContain(null);
  expect(backendDownload('cuda', 'linux-s390x')).toBeNull();
});
