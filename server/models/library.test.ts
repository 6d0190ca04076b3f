import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundledModel } from './bundled.ts';
import { catalogue } from './catalogue.ts';
import { ModelLibrary } from './library.ts';

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

it('knows a download by its catalogue id and says what is wrong with a file cut short', async () => {
  await download(smallest.file);
  await writeFile(join(folder, 'models', 'own.gguf'), 'GGUF');
  const models = await library.list();
  expect(models.map(({ id }) => id).sort()).toEqual(['bundled', 'own.gguf', smallest.id].sort());
  expect(models.find(({ id }) => id === 'own.gguf')).toMatchObject({
    summary: null,
    problem: expect.stringMatching(/own\.gguf/),
  });
});

it('does not fetch a model that is there', async () => {
  await download(smallest.file);
  expect(await library.get(smallest, { hubUrl: 'http://127.0.0.1:9' })).toMatchObject({ kind: 'present' });
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
