import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findOllamaModels, ollamaFolders } from './ollama.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-ollama-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const digest = (letter: string) => letter.repeat(64);

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

function manifest(letter: string, size: number, mediaType = 'application/vnd.ollama.image.model'): string {
  return JSON.stringify({
    schemaVersion: 2,
    layers: [
      { mediaType: 'application/vnd.ollama.image.license', digest: `sha256:${digest('0')}`, size: 1 },
      { mediaType, digest: `sha256:${digest(letter)}`, size },
    ],
  });
}

it('finds models of the default and other hosts and namespaces under the names people type', async () => {
  await put('manifests/registry.ollama.ai/library/qwen2.5-coder/1.5b-base', manifest('a', 4));
  await put('manifests/registry.ollama.ai/someone/tuned/latest', manifest('b', 5));
  await put('manifests/hf.co/someone/tuned/latest', manifest('c', 6));
  await put(`blobs/sha256-${digest('a')}`, 'GGUF');
  await put(`blobs/sha256-${digest('b')}`, 'GGUF2');
  await put(`blobs/sha256-${digest('c')}`, 'GGUF-3');
  const models = await findOllamaModels([folder, folder]);
  expect(models.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ['hf.co/someone/tuned:latest', 6],
    ['qwen2.5-coder:1.5b-base', 4],
    ['someone/tuned:latest', 5],
  ]);
  expect(models[1]?.path).toBe(join(folder, 'blobs', `sha256-${digest('a')}`));
});

it.each([
  ['a truncated blob', manifest('a', 99)],
  ['a manifest without a model', manifest('a', 4, 'application/vnd.ollama.image.template')],
  ['a digest with a path out of the store', manifest('a', 4).replaceAll(digest('a'), '../../etc/passwd')],
  ['a manifest that is not JSON', '{'],
])('ignores %s', async (_what, text) => {
  await put('manifests/registry.ollama.ai/library/model/latest', text);
  await put(`blobs/sha256-${digest('a')}`, 'GGUF');
  expect(await findOllamaModels([folder])).toEqual([]);
});

it('looks in the folder of OLLAMA_MODELS first', () => {
  expect(ollamaFolders({ OLLAMA_MODELS: '/data/models' })[0]).toBe('/data/models');
});
