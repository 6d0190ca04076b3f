import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isFile } from '../storage/isFile.ts';
import { bundledModel } from './bundled.ts';
import { catalogue } from './catalogue.ts';
import { hubModel } from './hubModels.ts';
import { ModelLibrary } from './library.ts';
import { startHub } from './testing.ts';

const bundled = bundledModel()!;
const [smallest] = catalogue;
let folder: string;
let library: ModelLibrary;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-library-'));
  library = new ModelLibrary({ folder: join(folder, 'models'), bundled, ollamaFolders: [join(folder, 'ollama')] });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function download(name: string): Promise<void> {
  await mkdir(join(folder, 'models'), { recursive: true });
  await copyFile(bundled, join(folder, 'models', name));
}

it('offers the bundled base before anything was downloaded', async () => {
  const models = await library.list();
  expect(models.map(({ id, origin }) => [id, origin])).toEqual([['bundled', 'bundled']]);
  expect(models[0]?.summary).toMatchObject({ architecture: 'llama', weightType: 'F16' });
  expect(await library.diskUseBytes()).toBe(0);
});

it.skipIf(process.platform === 'win32')(
  'lists a download that was moved away and linked, and deletes the link alone',
  async () => {
    const elsewhere = join(folder, 'elsewhere.gguf');
    await copyFile(bundled, elsewhere);
    await mkdir(join(folder, 'models'));
    await symlink(elsewhere, join(folder, 'models', smallest.file));
    await symlink(join(folder, 'gone'), join(folder, 'models', 'gone.gguf'));
    expect((await library.list()).map(({ id }) => id)).toEqual(['bundled', smallest.id]);
    const { bytes } = (await library.remove(smallest.id)) as { bytes: number };
    expect(bytes).toBeLessThan(1000);
    expect((await library.list()).map(({ id }) => id)).toEqual(['bundled']);
    expect((await stat(elsewhere)).isFile()).toBe(true);
  },
);

it('lists a download under its catalogue id, and a truncated file with its problem', async () => {
  await download(smallest.file);
  await writeFile(join(folder, 'models', 'own.gguf'), 'GGUF');
  const models = await library.list();
  expect(models.map(({ id }) => id).sort()).toEqual(['bundled', 'own.gguf', smallest.id].sort());
  expect(models.find(({ id }) => id === 'own.gguf')).toMatchObject({
    summary: null,
    problem: expect.stringMatching(/own\.gguf/),
  });
});

it('does not download a model that is already there', async () => {
  await download(smallest.file);
  expect(await library.get(smallest, { hubUrl: 'http://127.0.0.1:9' })).toMatchObject({ kind: 'present' });
});

it('reports the size of an unfinished download, and deletes it', async () => {
  expect(await library.partBytes(smallest.id)).toBe(0);
  await mkdir(join(folder, 'models'));
  await writeFile(join(folder, 'models', `${smallest.file}.part`), 'half');
  expect(await library.partBytes(smallest.id)).toBe(4);
  expect((await library.list()).map(({ id }) => id)).toEqual(['bundled']);
  expect(await library.remove(smallest.id)).toEqual({ kind: 'removed', bytes: 4 });
  expect(await library.partBytes(smallest.id)).toBe(0);
});

it('a download under way is neither begun again nor deleted, in this window or in another', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const hubUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const cancel = new AbortController();
  const running = library.get(smallest, { hubUrl, signal: cancel.signal });
  const busy = expect.stringContaining('being downloaded');
  const elsewhere = new ModelLibrary({ folder: join(folder, 'models'), bundled, ollamaFolders: [] });
  await expect.poll(() => isFile(join(folder, 'models', `${smallest.file}.lock`))).toBe(true);
  for (const one of [library, elsewhere]) {
    expect(await one.remove(smallest.id)).toMatchObject({ kind: 'refused', message: busy });
    expect(await one.get(smallest, { hubUrl })).toMatchObject({ kind: 'failed', message: busy });
  }
  expect(await library.diskUseBytes()).toBe(0);
  cancel.abort();
  expect(await running).toEqual({ kind: 'cancelled' });
  expect(await library.remove(smallest.id)).not.toMatchObject({ message: busy });
  silent.closeAllConnections();
  silent.close();
});

it('deletes its own downloads and nothing else', async () => {
  await download(smallest.file);
  await writeFile(join(folder, 'models', `${smallest.file}.part`), 'half');
  expect(await library.remove('bundled')).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('not deleted'),
  });
  expect(await library.remove('../../etc/passwd')).toMatchObject({ kind: 'refused' });
  const before = await library.diskUseBytes();
  expect(await library.remove(smallest.id)).toEqual({ kind: 'removed', bytes: before });
  expect(await library.diskUseBytes()).toBe(0);
});

it('downloads a hub model under a name with repository and file, and deletes it', async () => {
  const content = await readFile(bundled);
  const hub = await startHub({ repository: 'team/coder-GGUF', file: 'coder.Q8_0.gguf', content });
  const id = 'team/coder-GGUF/coder.Q8_0.gguf';
  hub.cuts = [4_000_000];
  expect(await library.get(hubModel(id)!, { hubUrl: hub.url, retries: -1 })).toMatchObject({ kind: 'failed' });
  expect(await library.unfinished()).toEqual([{ id, repository: 'team/coder-GGUF', file: 'coder.Q8_0.gguf' }]);
  expect(await library.partBytes(id)).toBeGreaterThan(0);
  const path = join(folder, 'models', 'team--coder-GGUF--coder.Q8_0.gguf');
  expect(await library.get(hubModel(id)!, { hubUrl: hub.url })).toMatchObject({ kind: 'downloaded', path });
  expect((await library.list()).map((model) => model.id)).toEqual(['bundled', id]);
  expect(await library.unfinished()).toEqual([]);
  expect(await library.remove(id)).toMatchObject({ kind: 'removed' });
  expect(await library.diskUseBytes()).toBe(0);
  await hub.close();
});

it('requests a catalogue entry at its commit, and rejects another hash', async () => {
  const { repository, file, revision } = smallest;
  const hub = await startHub({ repository, file, content: Buffer.from('another model') });
  expect(await library.get(smallest, { hubUrl: hub.url })).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('than the known one'),
  });
  expect(hub.paths).toEqual([`/api/models/${repository}/paths-info/${revision}`]);
  await hub.close();
});
